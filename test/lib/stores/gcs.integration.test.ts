import { randomUUID } from 'node:crypto';
import {
  ObjectExistsError,
  ObjectNotFoundError,
  StoreAccessError,
  StoreNotFoundError,
  StoreUnavailableError,
} from '../../../lib/stores/errors.ts';
import { openStore } from '../../../lib/stores/open.ts';
import { MIB } from '../../../lib/stores/parts.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { until } from '../../support/condition.ts';
import { freePort } from '../../support/free-port.ts';
import { GcsFront, type Seen } from '../../support/gcs-front.ts';
import { type GcsServer, startGcs } from '../../support/gcs-server.ts';
import { collect, content, read, sha256, stream } from './content.ts';
import { describeContract } from './contract.ts';

const BUCKET = 'backups';
let server: GcsServer;
let front: GcsFront;

beforeAll(async () => {
  server = await startGcs();
  front = await GcsFront.start(server);
  await server.createBucket(BUCKET);
});
afterAll(async () => {
  await front.stop();
  await server.stop();
});

const url = (bucket = BUCKET, endpoint = front.endpoint) =>
  `gs://${bucket}?endpoint=${encodeURIComponent(endpoint)}`;
const open = (bucket?: string, options = {}) => openStore(url(bucket), options);

describeContract(async () => ({
  store: await open(),
  unfinished: async (key) => front.unfinished(key),
}));

describe('a prefix', () => {
  test('holds a store of its own', async () => {
    const [one, other] = await Promise.all([open(`${BUCKET}/team/one`), open(`${BUCKET}/team/x/`)]);
    const bytes = content(10);
    await one.put('a/b', stream(bytes));
    expect(await collect(other.list(''))).toEqual([]);
    expect(await collect(one.list(''))).toMatchObject([{ key: 'a/b' }]);
    expect(await collect(one.list('', { startAfter: 'a/b' }))).toEqual([]);
    expect(await collect(one.listNames(''))).toEqual(['a/']);
    expect(await read(await (await open()).get('team/one/a/b'))).toEqual(bytes);
    await one.check();
  });
});

describe('a network that fails', () => {
  const isPiece = ({ method, headers }: Seen) =>
    method === 'PUT' && !headers['content-range']?.startsWith('bytes *');
  /** Once, for the first request that it is about. */
  const once = <T>(about: (seen: Seen) => boolean, fault: T) => {
    let done = false;
    return (seen: Seen): T | undefined => {
      if (done || !about(seen)) return undefined;
      done = true;
      return fault;
    };
  };
  const isLast = (seen: Seen) => isPiece(seen) && !seen.headers['content-range']?.endsWith('*');
  const isSingle = ({ url: { searchParams } }: Seen) =>
    searchParams.get('uploadType') === 'multipart';
  const isStart = ({ method, url: { searchParams } }: Seen) =>
    method === 'POST' && searchParams.get('uploadType') === 'resumable';
  afterEach(() => {
    front.fault = () => undefined;
  });

  test.each([
    ['a piece does not arrive', isPiece, 'cut', 3 * MIB],
    ['the answer to a piece is lost', isPiece, 'lose', 3 * MIB],
    ['the server keeps a part of a piece', isPiece, { keep: 256 * 1024 }, 3 * MIB],
    ['the server is busy', isPiece, { status: 503 }, 3 * MIB],
    ['there were too many requests', isPiece, { status: 429 }, 3 * MIB],
    ['the last piece does not arrive', isLast, 'cut', 3 * MIB],
    ['the answer to the last piece is lost', isLast, 'lose', 3 * MIB],
    ['the server keeps a part of the last piece', isLast, { keep: 256 * 1024 }, 3 * MIB],
    ['an upload does not begin', isStart, 'cut', 3 * MIB],
    ['a small object does not arrive', isSingle, 'cut', 1000],
    ['the answer to a small object is lost', isSingle, 'lose', 1000],
    ['the server is busy for a small object', isSingle, { status: 500 }, 1000],
  ] as const)('%s', async (_, about, fault, size) => {
    const store = await openStore(`${url()}&partSize=1MiB`);
    const key = `faults/${randomUUID()}`;
    const bytes = content(size);
    const before = front.seen.length;
    let happened = false;
    const first = once(about, fault);
    front.fault = (seen) => {
      const now = first(seen);
      happened ||= now !== undefined;
      return now;
    };
    const written = await store.put(key, stream(bytes));
    expect(happened).toBe(true);
    expect(written.sha256).toBe(sha256(bytes));
    expect(sha256(await read(await store.get(key)))).toBe(sha256(bytes));
    expect(front.unfinished(key)).toBe(0);
    expect(front.seen.length).toBeGreaterThan(before);
    await store.close();
  });

  test('an object that changed on its way is no object of ours', async () => {
    const store = await open();
    const other = content(1000, 2);
    front.fault = (seen) => {
      if (isSingle(seen))
        other.copy(seen.body, seen.body.indexOf('octet-stream\r\n\r\n') + 16, 0, 10);
      return undefined;
    };
    await expect(store.put(`faults/${randomUUID()}`, stream(content(1000)))).rejects.toThrow(
      /400 .*MD5/,
    );
  });

  test('a large one neither: its MD5 goes with the last piece, and is compared', async () => {
    const store = await openStore(`${url()}&partSize=1MiB`);
    let changed = false;
    front.fault = (seen) => {
      if (isPiece(seen) && !changed) {
        seen.body.writeUInt8(seen.body.readUInt8(0) ^ 1, 0);
        changed = true;
      }
      return undefined;
    };
    const bytes = content(2 * MIB);
    await expect(store.put(`faults/${randomUUID()}`, stream(bytes))).rejects.toThrow(
      /holds other bytes .* than were sent/,
    );
    const last = front.seen.findLast(isLast);
    const { createHash } = await import('node:crypto');
    expect(last?.headers['x-goog-hash']).toBe(
      `md5=${createHash('md5').update(bytes).digest('base64')}`,
    );
  });

  test('somebody else wrote the key while the answer was lost', async () => {
    const store = await open();
    const key = `faults/${randomUUID()}`;
    let others: Promise<unknown> | undefined;
    front.fault = (seen) => {
      if (!isSingle(seen) || others) return undefined;
      others = openStore(url(BUCKET, server.endpoint)).then((other) =>
        other.put(key, stream(content(5, 9))),
      );
      return 'cut';
    };
    const failure: unknown = await store.put(key, stream(content(1000))).catch((error) => error);
    await others;
    expect(failure).toBeInstanceOf(ObjectExistsError);
    expect(await read(await store.get(key))).toEqual(content(5, 9));
  });

  test('a write that ends while it is told of its upload gives it up all the same', async () => {
    const key = randomUUID();
    const ended = Promise.withResolvers<void>();
    front.fault = once(isStart, { after: ended.promise });
    const failure = new Error('the server went away');
    const body = (async function* () {
      yield content(40 * MIB);
      await until('the upload is there', () => front.unfinished(key) > 0);
      setTimeout(ended.resolve, 100);
      throw failure;
    })();
    await expect((await open()).put(key, body)).rejects.toBe(failure);
    expect(front.unfinished(key)).toBe(0);
  });

  test('a store that stays away ends a write when patience ends', async () => {
    const store = await open(BUCKET, { patienceMs: 300 });
    front.fault = () => 'cut';
    await expect(store.put('faults/away', stream(content(10)))).rejects.toThrow(
      StoreUnavailableError,
    );
    await expect(store.check()).rejects.toThrow(/cannot be reached.*check the endpoint/);
    await store.close();
  });
});

describe('a bucket that keeps versions', () => {
  const bucket = 'versions';
  let store: ObjectStore;
  const bytes = content(100);
  beforeAll(async () => {
    await server.createBucket(bucket, { versioning: true });
    store = await open(bucket);
    for (const key of ['a/gone', 'a/there', 'b/gone']) await store.put(key, stream(bytes));
    await server.deleteObject(bucket, 'a/gone');
    await server.deleteObject(bucket, 'b/gone');
  });

  test('hides what was deleted', async () => {
    expect((await collect(store.list(''))).map(({ key }) => key)).toEqual(['a/there']);
    expect(await collect(store.listNames(''))).toEqual(['a/']);
    expect(await store.head('a/gone')).toBeUndefined();
    await expect(store.get('a/gone')).rejects.toThrow(ObjectNotFoundError);
  });

  test('shows it to whoever asks', async () => {
    const all = await collect(store.list('', { hidden: true }));
    expect(all.map(({ key, hiddenVersion }) => [key, hiddenVersion !== undefined])).toEqual([
      ['a/gone', true],
      ['a/there', false],
      ['b/gone', true],
    ]);
    expect(await collect(store.list('', { hidden: true, startAfter: 'a/gone' }))).toHaveLength(2);
    expect(await collect(store.listNames('', { hidden: true }))).toEqual(['a/', 'b/']);
    expect(await store.head('a/gone', { hidden: true })).toMatchObject({
      key: 'a/gone',
      size: 100,
    });
    expect(await read(await store.get('a/gone', { hidden: true }))).toEqual(bytes);
  });

  test('of a key that was written again it is the live one', async () => {
    await store.put('b/gone', stream(content(7)));
    expect(await store.head('b/gone', { hidden: true })).toEqual(await store.head('b/gone'));
    await server.deleteObject(bucket, 'b/gone');
    // Then the oldest: the one that was written first.
    expect(await read(await store.get('b/gone', { hidden: true }))).toEqual(bytes);
  });
});

describe('holds', () => {
  test('are placed, told and released, and say where there is no object', async () => {
    const store = await open();
    const key = `held/${randomUUID()}`;
    await store.put(key, stream(content(1)));
    expect(await store.holds?.isHeld(key)).toBe(false);
    await store.holds?.place(key);
    await store.holds?.place(key);
    expect(await store.holds?.isHeld(key)).toBe(true);
    await store.holds?.release(key);
    expect(await store.holds?.isHeld(key)).toBe(false);
    await expect(store.holds?.place('held/none')).rejects.toThrow(ObjectNotFoundError);
    await store.holds?.release('held/none');
    expect(await store.holds?.isHeld('held/none')).toBe(false);
  });

  test('that a server ignores are no holds', async () => {
    const store = await openStore(url(BUCKET, server.endpoint));
    const key = `held/${randomUUID()}`;
    await store.put(key, stream(content(1)));
    await expect(store.holds?.place(key)).rejects.toThrow(/holds nothing/);
  });
});

test('an object is locked as it is written', async () => {
  const store = await open();
  const until = new Date('2036-01-01T00:00:00Z');
  await store.put('locked/x', stream(content(1)), { lock: { mode: 'compliance', until } });
  const [found] = (await server.objects(BUCKET)).filter(({ name }) => name === 'locked/x');
  expect(found).toMatchObject({ retention: { mode: 'Locked' } });
});

describe('what is wrong is said, with what to do', () => {
  const calls = (store: ObjectStore) => ({
    put: () => store.put('a', stream(content(1))),
    'put in parts': () => store.put('a', stream(content(9 * MIB))),
    get: () => store.get('a'),
    head: () => store.head('a'),
    list: () => collect(store.list('')),
    'list names': () => collect(store.listNames('')),
    check: () => store.check(),
  });
  const methods = ['put', 'put in parts', 'get', 'head', 'list', 'list names', 'check'] as const;
  afterEach(() => {
    front.fault = () => undefined;
  });

  test.each(methods.filter((name) => !name.startsWith('put') && name !== 'check'))(
    'a bucket that does not exist: %s',
    async (method) => {
      const store = await open('no-such-bucket');
      await expect(calls(store)[method]()).rejects.toThrow(StoreNotFoundError);
      await expect(calls(store)[method]()).rejects.toThrow(/no-such-bucket.*create it or correct/);
    },
  );

  test.each(methods)('somebody who may not: %s', async (method) => {
    front.fault = () => ({ status: 403 });
    await expect(calls(await open())[method]()).rejects.toThrow(StoreAccessError);
    await expect(calls(await open())[method]()).rejects.toThrow(/service account's roles/);
  });

  test.each(methods)('nobody: %s', async (method) => {
    front.fault = () => ({ status: 401 });
    await expect(calls(await open())[method]()).rejects.toThrow(/credentials are missing, wrong/);
  });

  test('an endpoint where nothing listens', async () => {
    const store = await openStore(url(BUCKET, `http://127.0.0.1:${await freePort()}`), {
      patienceMs: 0,
    });
    await expect(store.check()).rejects.toThrow(/cannot be reached.*ECONNREFUSED/);
    await expect(store.put('a', stream(content(1)))).rejects.toThrow(StoreUnavailableError);
  });
});
