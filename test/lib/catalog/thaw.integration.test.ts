import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { ArchivedError, ThawPendingError } from '../../../lib/catalog/errors.ts';
import {
  ensureThawed,
  type Thaw,
  type ThawOrder,
  type ThawRun,
} from '../../../lib/catalog/thaw.ts';
import { StoreAccessError } from '../../../lib/stores/errors.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { Archive, ObjectStore } from '../../../lib/stores/store.ts';
import { type MotoServer, startMoto, THAWED_AT_ONCE, thawedAfter } from '../../support/moto.ts';
import { StoreWrapper } from '../../support/store-wrapper.ts';
import { TcpProxy } from '../../support/tcp-proxy.ts';

const BUCKET = 'backups';
const KEYS = ['data/x/base.tar', 'data/x/16384.tar', 'data/x/wal/1.zst'];
const DAY_MS = 86_400_000;

let moto: MotoServer;
let client: S3Client;
let store: ObjectStore;
let announced: Thaw[];
let events: Parameters<ThawRun['report']>[0][];

beforeAll(async () => {
  moto = await startMoto();
  client = moto.s3();
});

beforeEach(async () => {
  await moto.reset();
  await moto.createBucket(BUCKET);
  for (const Key of KEYS) {
    await client.send(
      new PutObjectCommand({
        Bucket: BUCKET,
        Key,
        Body: 'x'.repeat(100),
        StorageClass: 'DEEP_ARCHIVE',
      }),
    );
  }
  store = await openStore(moto.url(BUCKET), moto);
  announced = [];
  events = [];
});

afterEach(() => store.close());

afterAll(async () => {
  client?.destroy();
  await moto?.stop();
});

/** Which keys were asked for, beside doing it. */
class Counting extends StoreWrapper {
  readonly asked: string[] = [];

  override get archive(): Archive {
    const { archive } = this.store;
    if (!archive) throw new Error('a bucket has archives');
    return {
      stateOf: (key) => archive.stateOf(key),
      thaw: async (key, options) => {
        await archive.thaw(key, options);
        this.asked.push(key);
      },
    };
  }
}

const runOn = (on: ObjectStore, signal = new AbortController().signal): ThawRun => ({
  store: on,
  signal,
  now: () => new Date(),
  report: (event) => events.push(event),
});

const order = (wait: boolean): ThawOrder => ({
  speed: 'standard',
  days: 7,
  wait,
  announce: (thaw) => announced.push(thaw),
});

const pendingOf = async (thawing: Promise<void>): Promise<Thaw> => {
  const error = await thawing.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ThawPendingError)) throw error ?? new Error('nothing was pending');
  return error.thaw;
};

const NOTHING = { objects: 0, bytes: 0 };

test('without waiting everything is asked for once, and the next run goes on from there', async () => {
  await moto.transition(thawedAfter(2));
  const counting = new Counting(store);
  const first = await pendingOf(ensureThawed(runOn(counting), 'b1', KEYS, order(false)));
  expect(first).toEqual({
    backup: 'b1',
    storageClasses: ['DEEP_ARCHIVE'],
    speed: 'standard',
    days: 7,
    asked: { objects: 3, bytes: 300 },
    underWay: NOTHING,
    thawed: NOTHING,
  });
  expect(announced).toEqual([first]);
  expect(counting.asked.toSorted()).toEqual(KEYS.toSorted());

  const second = await pendingOf(ensureThawed(runOn(counting), 'b1', KEYS, order(false)));
  expect(second).toMatchObject({ asked: NOTHING, underWay: { objects: 3, bytes: 300 } });
  expect(counting.asked).toHaveLength(3);

  await moto.transition(THAWED_AT_ONCE);
  await ensureThawed(runOn(counting), 'b1', KEYS, order(false));
  expect(announced).toHaveLength(2);
  expect(counting.asked).toHaveLength(3);
});

test('a run that ended between two requests is made good by the next one', async () => {
  await moto.transition(THAWED_AT_ONCE);
  const { promise: others, resolve } = Promise.withResolvers<void>();
  class Broken extends Counting {
    override get archive(): Archive {
      const { stateOf, thaw } = super.archive;
      return {
        stateOf,
        thaw: async (key, options) => {
          if (key === KEYS[1]) {
            await others;
            throw new StoreAccessError('cannot thaw: access denied');
          }
          await thaw(key, options);
          if (this.asked.length === 2) resolve();
        },
      };
    }
  }
  const broken = new Broken(store);
  await expect(ensureThawed(runOn(broken), 'b1', KEYS, order(false))).rejects.toThrow(
    StoreAccessError,
  );
  const counting = new Counting(store);
  const thaw = await pendingOf(ensureThawed(runOn(counting), 'b1', KEYS, order(false)));
  expect(counting.asked).toEqual([KEYS[1]]);
  expect(thaw).toMatchObject({ asked: { objects: 1 }, thawed: { objects: 2, bytes: 200 } });
});

test('waiting ends when everything can be read, and tells how far it is', async () => {
  await moto.transition(thawedAfter(2));
  await ensureThawed(runOn(store), 'b1', KEYS, order(true));
  for (const key of KEYS) expect((await store.archive?.stateOf(key))?.state).toBe('thawed');
  const progress = events.filter(({ message }) => message === 'waiting for the thaw');
  expect(progress[0]).toMatchObject({ level: 'info', bytes: 0, totalBytes: 300 });
  expect(progress.at(-1)).toMatchObject({ bytes: 300, totalBytes: 300 });
});

test('a copy that has gone while others were awaited is asked for again', async () => {
  await moto.transition(THAWED_AT_ONCE);
  const [gone = ''] = KEYS;
  await store.archive?.thaw(gone, { speed: 'standard', days: 5 });
  let looks = 0;
  class Forgetting extends Counting {
    override get archive(): Archive {
      const { stateOf, thaw } = super.archive;
      return {
        thaw,
        stateOf: async (key) => {
          const found = await stateOf(key);
          // moto never takes a copy away.
          return found && key === gone && ++looks === 2 ? { ...found, state: 'archived' } : found;
        },
      };
    }
  }
  const forgetting = new Forgetting(store);
  await ensureThawed(runOn(forgetting), 'b1', KEYS, order(true));
  expect(looks).toBeGreaterThan(2);
  expect(forgetting.asked).toContain(gone);
});

test('an interruption ends the wait at once, and the thaw goes on', async () => {
  await moto.transition(thawedAfter(2));
  const ending = new AbortController();
  const run: ThawRun = {
    ...runOn(store, ending.signal),
    report: (event) => {
      events.push(event);
      ending.abort(new Error('interrupted'));
    },
  };
  await expect(ensureThawed(run, 'b1', KEYS, order(true))).rejects.toThrow('interrupted');
  expect(events.at(-1)?.message).toMatch(/the thaw goes on by itself; run the same again/);
  expect((await store.archive?.stateOf(KEYS[0] ?? ''))?.state).toBe('thawing');
});

test('nothing is asked for after an interruption', async () => {
  const ending = new AbortController();
  const counting = new Counting(store);
  const announcing = { ...order(true), announce: () => ending.abort(new Error('interrupted')) };
  await expect(
    ensureThawed(runOn(counting, ending.signal), 'b1', KEYS, announcing),
  ).rejects.toThrow('interrupted');
  expect(counting.asked).toEqual([]);
});

test('a store that goes away during the wait does not end it', async () => {
  await moto.transition(thawedAfter(2));
  const proxy = await TcpProxy.start(moto);
  const away = await openStore(moto.url(BUCKET, { endpoint: `http://127.0.0.1:${proxy.port}` }), {
    ...moto,
    patienceMs: 200,
  });
  try {
    const run: ThawRun = {
      ...runOn(away),
      report: (event) => {
        events.push(event);
        if (events.length === 1) {
          proxy.refuse();
          proxy.cut();
        }
        if (event.level === 'warning') void proxy.listen();
      },
    };
    await ensureThawed(run, 'b1', KEYS, order(true));
    expect(events.filter(({ level }) => level === 'warning')).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/the thaw goes on, but cannot/) }),
    ]);
  } finally {
    await away.close();
    proxy.stop();
  }
});

test('copies that end soon are kept longer, without a word', async () => {
  await moto.transition(THAWED_AT_ONCE);
  await store.archive?.thaw(KEYS[0] ?? '', { speed: 'standard', days: 1 });
  await store.archive?.thaw(KEYS[1] ?? '', { speed: 'standard', days: 5 });
  await store.archive?.thaw(KEYS[2] ?? '', { speed: 'standard', days: 5 });
  const counting = new Counting(store);
  const late = { ...runOn(counting), now: () => new Date(Date.now() + DAY_MS / 2) };
  await ensureThawed(late, 'b1', KEYS, order(false));
  expect(counting.asked).toEqual([KEYS[0]]);
  expect(announced).toEqual([]);
});

test('without an order nothing is asked for', async () => {
  const counting = new Counting(store);
  const refused = ensureThawed(runOn(counting), 'b1', KEYS);
  await expect(refused).rejects.toThrow(ArchivedError);
  await expect(refused).rejects.toThrow(
    /b1 is archived and has to be thawed before it can be read \(3 objects\)/,
  );
  expect(counting.asked).toEqual([]);
});
