import { randomUUID } from 'node:crypto';
import { ObjectExistsError, ObjectNotFoundError, StoreError } from '../../../lib/stores/errors.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { until } from '../../support/condition.ts';
import { collect, content, PART, read, sha256, stream } from './content.ts';

export interface StoreUnderTest {
  readonly store: ObjectStore;
  /** What unfinished writes of the key hold on the server or disk at the moment. */
  unfinished(key: string): Promise<number>;
}

/** What every kind of store promises. */
export function describeContract(start: () => Promise<StoreUnderTest>): void {
  let store: ObjectStore;
  let unfinished: StoreUnderTest['unfinished'];
  const newKey = () => `data/30d/${randomUUID()}/file`;
  const keysBelow = async (prefix: string, startAfter?: string) => {
    const options = startAfter === undefined ? {} : { startAfter };
    return (await collect(store.list(prefix, options))).map(({ key }) => key);
  };

  beforeAll(async () => {
    ({ store, unfinished } = await start());
  });
  afterAll(() => store.close());

  describe('a round trip', () => {
    test.each([
      ['nothing', 0, 1],
      ['one byte', 1, 1],
      ['a byte less than a part', PART - 1, 1],
      ['exactly one part', PART, 1],
      ['a byte more than a part', PART + 1, 2],
      ['exactly two parts', 2 * PART, 2],
      ['many parts', 5 * PART + 12_345, 6],
    ])('%s', async (_, size, count) => {
      const key = newKey();
      const bytes = content(size);
      const written = await store.put(key, stream(bytes));

      expect(written).toMatchObject({ key, size, sha256: sha256(bytes) });
      expect(written.parts).toEqual(
        Array.from({ length: count }, (_, index) => {
          const part = bytes.subarray(index * PART, (index + 1) * PART);
          return { offset: index * PART, size: part.byteLength, sha256: sha256(part) };
        }),
      );
      expect(sha256(await read(await store.get(key)))).toBe(sha256(bytes));
      expect(await store.head(key)).toMatchObject({ key, size });
      expect(await unfinished(key)).toBe(0);
    });
  });

  describe.each([
    ['one part', 1000],
    ['several parts', 2 * PART + 1],
  ])('an object of %s is written once', (_, size) => {
    test('a second write is refused and changes nothing', async () => {
      const key = newKey();
      await store.put(key, stream(content(size, 1)));
      await expect(store.put(key, stream(content(size, 2)))).rejects.toThrow(ObjectExistsError);
      // Even the same bytes are somebody else's object.
      await expect(store.put(key, stream(content(size, 1)))).rejects.toThrow(ObjectExistsError);
      expect(sha256(await read(await store.get(key)))).toBe(sha256(content(size, 1)));
      expect(await unfinished(key)).toBe(0);
    });

    test('of writers that race, one wins and the others are told', async () => {
      const key = newKey();
      const bodies = [1, 2, 3].map((seed) => content(size, seed));
      const results = await Promise.allSettled(bodies.map((body) => store.put(key, stream(body))));
      const [winner, ...others] = results.filter(({ status }) => status === 'fulfilled');
      if (winner?.status !== 'fulfilled') throw new Error(`nobody won: ${JSON.stringify(results)}`);
      expect(others).toEqual([]);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(ObjectExistsError);
      }
      expect(sha256(await read(await store.get(key)))).toBe(winner.value.sha256);
      expect(await unfinished(key)).toBe(0);
    });
  });

  describe('a write that does not come to its end leaves nothing', () => {
    const gone = async (key: string) => {
      expect(await unfinished(key)).toBe(0);
      expect(await store.head(key)).toBeUndefined();
      expect(await keysBelow(key)).toEqual([]);
    };
    /** Yields three parts, waits until the store holds some of them, then does `then`. */
    const interrupted = async function* (key: string, then: () => Promise<never>) {
      yield content(3 * PART);
      await until('the store holds some of it', async () => (await unfinished(key)) > 0);
      await then();
    };

    test('when the body throws at once', async () => {
      const key = newKey();
      const failure = new Error('the server went away');
      const body = (async function* () {
        yield content(10);
        throw failure;
      })();
      await expect(store.put(key, body)).rejects.toBe(failure);
      await gone(key);
    });

    test('when the body throws after some parts', async () => {
      const key = newKey();
      const failure = new Error('the server went away');
      const body = interrupted(key, () => Promise.reject(failure));
      await expect(store.put(key, body)).rejects.toBe(failure);
      await gone(key);
    });

    test('when the signal fires while the body is silent', async () => {
      const key = newKey();
      const abort = new AbortController();
      const reason = new Error('the deadline has passed');
      const body = interrupted(key, () => {
        setImmediate(() => abort.abort(reason));
        return new Promise(() => {});
      });
      await expect(store.put(key, body, { signal: abort.signal })).rejects.toBe(reason);
      await gone(key);
    });

    test('when the signal fired before', async () => {
      const key = newKey();
      const reason = new Error('too late');
      const signal = AbortSignal.abort(reason);
      await expect(store.put(key, stream(content(10)), { signal })).rejects.toBe(reason);
      await gone(key);
    });
  });

  describe('reading a range', () => {
    const key = newKey();
    const bytes = content(100_000);
    beforeAll(() => store.put(key, stream(bytes)));

    test.each([
      ['from a byte on', { start: 99_000 }, [99_000, 100_000]],
      ['up to a byte, inclusive', { end: 9 }, [0, 10]],
      ['in the middle', { start: 1_000, end: 69_999 }, [1_000, 70_000]],
      ['one byte', { start: 5, end: 5 }, [5, 6]],
      ['past the end', { start: 99_999, end: 200_000 }, [99_999, 100_000]],
    ])('%s', async (_, range, [from, to]) => {
      const got = await read(await store.get(key, range));
      expect(got.equals(bytes.subarray(from, to))).toBe(true);
    });

    test('that begins after the end is refused', async () => {
      await expect(store.get(key, { start: 100_000 })).rejects.toThrow(StoreError);
    });

    test('ends with its signal', async () => {
      const abort = new AbortController();
      const body = await store.get(key, { signal: abort.signal });
      abort.abort();
      await expect(read(body)).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    });
  });

  describe('listing', () => {
    const root = `runs/${randomUUID()}`;
    // In byte order, where '-' and '.' come before '/', and '=' and letters after it.
    const names = ['a-b', 'a.b', 'a/1', 'a/2/x', 'a/2=', 'a=b', 'ab/1', 'b'];
    const keys = names.map((name) => `${root}/${name}`);
    beforeAll(async () => {
      for (const key of keys.toReversed()) await store.put(key, stream(content(3)));
    });

    test('gives keys in byte order', async () => {
      expect(await keysBelow(`${root}/`)).toEqual(keys);
    });

    test('gives sizes and times', async () => {
      const [first] = await collect(store.list(`${root}/a-b`));
      expect(first).toMatchObject({ key: `${root}/a-b`, size: 3 });
      expect(Math.abs(Date.now() - Number(first?.lastModified))).toBeLessThan(600_000);
    });

    test.each(names)('starts after %s', async (name) => {
      const after = keys.slice(names.indexOf(name) + 1);
      expect(await keysBelow(`${root}/`, `${root}/${name}`)).toEqual(after);
    });

    test('takes the beginning of a name as prefix', async () => {
      expect(await keysBelow(`${root}/a/2`)).toEqual([`${root}/a/2/x`, `${root}/a/2=`]);
    });

    test('of nothing is empty', async () => {
      expect(await keysBelow(`${root}/none/`)).toEqual([]);
      expect(await collect(store.listNames(`${root}/none/`))).toEqual([]);
    });

    test('gives the names up to the next slash', async () => {
      expect(await collect(store.listNames(`${root}/`))).toEqual(['a/', 'ab/']);
      expect(await collect(store.listNames(`${root}/a/`))).toEqual(['2/']);
    });

    test('goes on past a thousand keys', async () => {
      const many = Array.from(
        { length: 1_005 },
        (_, index) => `${root}-many/${String(index).padStart(4, '0')}`,
      );
      for (let at = 0; at < many.length; at += 50) {
        const some = many.slice(at, at + 50);
        await Promise.all(some.map((key) => store.put(key, stream(content(1)))));
      }
      expect(await keysBelow(`${root}-many/`)).toEqual(many);
      expect(await keysBelow(`${root}-many/`, many[1_001])).toEqual(many.slice(1_002));
    });
  });

  test('an object that does not exist', async () => {
    const key = newKey();
    await expect(store.get(key)).rejects.toThrow(ObjectNotFoundError);
    expect(await store.head(key)).toBeUndefined();
  });

  test('a folder is no object', async () => {
    const key = newKey();
    await store.put(key, stream(content(1)));
    const folder = key.slice(0, key.lastIndexOf('/'));
    expect(await store.head(folder)).toBeUndefined();
    await expect(store.get(folder)).rejects.toThrow(ObjectNotFoundError);
  });

  test.each([
    '',
    '/a',
    'a/',
    'a//b',
    '../a',
    'a/../b',
    '.incoming/x',
    'a b',
    'ä',
    'a\\b',
    'a'.repeat(256),
  ])('the key %j is refused', async (key) => {
    await expect(store.put(key, stream(content(1)))).rejects.toThrow(/is not an object key/);
    await expect(store.get(key)).rejects.toThrow(StoreError);
    await expect(store.head(key)).rejects.toThrow(StoreError);
  });

  test('checking it leaves nothing', async () => {
    const before = await keysBelow('');
    await store.check();
    expect(await keysBelow('')).toEqual(before);
  });
}
