import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { roleName } from '../../../lib/access/role-names.ts';
import { backupId } from '../../../lib/catalog/keys.ts';
import { ObjectExistsError, StoreUnavailableError } from '../../../lib/stores/errors.ts';
import { type OpenOptions, openStore } from '../../../lib/stores/open.ts';
import { MIB } from '../../../lib/stores/parts.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { until } from '../../support/condition.ts';
import { roleSession } from '../../support/role-session.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { TcpProxy } from '../../support/tcp-proxy.ts';
import { compiledPlan, templates } from '../stacks/environment.ts';
import { roleStatements } from '../stacks/policy.ts';
import { content, PART, read, sha256, stream } from './content.ts';

const BUCKET = 'backups';
const plan = compiledPlan();
const compiled = { ...plan, buckets: { ...plan.buckets, primary: BUCKET } };
/** How long an outage lasts that a store must survive. */
const OUTAGE_MS = 1_500;

let server: S3Server;
let proxy: TcpProxy;
const stores: ObjectStore[] = [];

beforeAll(async () => {
  server = await startS3();
  await server.createBucket(BUCKET);
});
beforeEach(async () => {
  proxy = await TcpProxy.start(server);
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
  proxy.stop();
});
afterAll(() => server.stop());

/** Through the proxy, which connections find alive before a test makes it bad. */
async function open(options: OpenOptions = {}): Promise<ObjectStore> {
  const url = server.url(BUCKET, `http://${proxy.host}:${proxy.port}`);
  const store = await openStore(url, { credentials: server, ...options });
  stores.push(store);
  await store.check('wal/7d/orders/');
  return store;
}

async function stored(key: string): Promise<string> {
  const store = await openStore(server.url(BUCKET), { credentials: server });
  stores.push(store);
  return sha256(await read(await store.get(key)));
}

async function uploads(key: string): Promise<number> {
  const command = new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: key });
  return (await server.client.send(command)).Uploads?.length ?? 0;
}

/** The bytes in two halves; between them, while parts are on their way, `fault` happens. */
async function* withFault(bytes: Buffer, fault: () => unknown): AsyncGenerator<Uint8Array> {
  const middle = bytes.byteLength >> 1;
  yield* stream(bytes.subarray(0, middle));
  await until('half a part was sent', async () => proxy.sent > PART / 2);
  await fault();
  yield* stream(bytes.subarray(middle));
}

describe('an upload goes on', () => {
  const bytes = content(4 * PART + 1);

  test.each<[string, () => unknown]>([
    ['every connection is cut', () => proxy.cut()],
    ['connections are cut in the middle of a part', () => void proxy.cutAfter(PART + PART / 2)],
    [
      'the store refuses connections for a while',
      () => {
        proxy.refuse();
        proxy.cut();
        void sleep(OUTAGE_MS).then(() => proxy.listen());
      },
    ],
    [
      'connections are dead for a while',
      () => {
        proxy.stall();
        void sleep(OUTAGE_MS).then(() => proxy.resume());
      },
    ],
    ['the server is killed and starts again', () => server.crash().then(() => server.start())],
  ])('when %s', async (_, fault) => {
    const key = randomUUID();
    const store = await open({ idleTimeoutMs: 500 });
    const written = await store.put(key, withFault(bytes, fault));
    expect(written.sha256).toBe(sha256(bytes));
    expect(await stored(key)).toBe(sha256(bytes));
    expect(await uploads(key)).toBe(0);
  });
});

describe('an upload ends', () => {
  test.each<[string, () => unknown]>([
    ['dead', () => proxy.stall()],
    [
      'refused',
      () => {
        proxy.refuse();
        proxy.cut();
      },
    ],
    ['without a server', () => server.crash()],
  ])('when connections stay %s for longer than its patience', async (_, fault) => {
    const key = randomUUID();
    const store = await open({ idleTimeoutMs: 300, patienceMs: 1_000 });
    const writing = store.put(key, withFault(content(4 * PART), fault));
    await expect(writing).rejects.toThrow(StoreUnavailableError);
    await server.start();
    const store2 = await openStore(server.url(BUCKET), { credentials: server });
    stores.push(store2);
    expect(await store2.head(key)).toBeUndefined();
  });

  test('at once when its signal fires while it waits for a dead connection', async () => {
    const key = randomUUID();
    const store = await open();
    const abort = new AbortController();
    const reason = new Error('stop');
    const writing = store.put(
      key,
      withFault(content(4 * PART), () => {
        proxy.stall();
        setTimeout(() => {
          abort.abort(reason);
          proxy.resume();
        }, 300);
      }),
      { signal: abort.signal },
    );
    const started = performance.now();
    await expect(writing).rejects.toBe(reason);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await uploads(key)).toBe(0);
  });
});

describe('a store that is closed', () => {
  /** Far less than the store's patience, and than what a dead connection is given. */
  const CLOSED_WITHIN_MS = 4_000;

  test.each<[string, () => unknown]>([
    ['dead', () => proxy.stall()],
    [
      'refused',
      () => {
        proxy.refuse();
        proxy.cut();
      },
    ],
  ])('ends its writes although connections are %s', async (_, fault) => {
    const store = await open();
    const away = Promise.withResolvers<void>();
    const body = withFault(content(4 * PART), async () => {
      await fault();
      away.resolve();
    });
    const failed = expect(store.put(randomUUID(), body)).rejects.toThrow(StoreUnavailableError);
    await away.promise;
    const started = performance.now();
    await store.close();
    await failed;
    expect(performance.now() - started).toBeLessThan(CLOSED_WITHIN_MS);
    await expect(store.head('any')).rejects.toThrow(/the store has been closed/);
  });

  test('leaves nothing of a write that was ended just before', async () => {
    const key = randomUUID();
    const store = await open();
    const abort = new AbortController();
    const begun = Promise.withResolvers<void>();
    const body = withFault(content(4 * PART), () => begun.resolve());
    const reason = new Error('stop');
    const failed = expect(store.put(key, body, { signal: abort.signal })).rejects.toBe(reason);
    await begun.promise;
    expect(await uploads(key)).toBe(1);
    abort.abort(reason);
    await store.close();
    expect(await uploads(key)).toBe(0);
    await failed;
  });
});

describe.each([
  ['one part', 1_000, (key: string) => `PUT /${BUCKET}/${key}`],
  ['several parts', PART + 1, (key: string) => `POST /${BUCKET}/${key}?uploadId=`],
])('when the answer to the end of a write of %s is lost', (_, size, request) => {
  test('the object is recognised as this write’s own', async () => {
    const key = randomUUID();
    const store = await open();
    const lost = proxy.loseAnswerTo(request(key));
    const written = await store.put(key, stream(content(size)));
    await lost;
    expect(written.sha256).toBe(sha256(content(size)));
    expect(await stored(key)).toBe(written.sha256);
    expect(await uploads(key)).toBe(0);
  });

  test('so it is where the role of a writer may not read what it has written', async () => {
    const role = roleName(compiled, compiled.regions.primary, 'writer', 'orders');
    const session = await roleSession(server, roleStatements(templates(compiled).primary, role));
    const store = await open({
      credentials: {
        accessKeyId: session.AWS_ACCESS_KEY_ID ?? '',
        secretAccessKey: session.AWS_SECRET_ACCESS_KEY ?? '',
        sessionToken: session.AWS_SESSION_TOKEN ?? '',
      },
    });
    const key = `data/30d/orders/${backupId(new Date(), 'full')}/base.tar`;
    const lost = proxy.loseAnswerTo(request(key));
    const written = await store.put(key, stream(content(size)));
    await lost;
    expect(await stored(key)).toBe(written.sha256);
    await expect(store.put(key, stream(content(size + 1)))).rejects.toThrow(ObjectExistsError);
    await expect(store.get(key)).rejects.toThrow('access denied');
  });

  test('another writer’s object is not, even with the same bytes', async () => {
    const key = randomUUID();
    const store = await open();
    await store.put(key, stream(content(size)));
    const lost = proxy.loseAnswerTo(request(key));
    await expect(store.put(key, stream(content(size)))).rejects.toThrow(ObjectExistsError);
    await lost;
    expect(await uploads(key)).toBe(0);
  });
});

describe('a download goes on', () => {
  const key = randomUUID();
  const bytes = content(24 * MIB);
  beforeAll(async () => {
    const store = await openStore(server.url(BUCKET), { credentials: server });
    await store.put(key, stream(bytes));
    await store.close();
  });

  test.each<[string, () => unknown]>([
    ['its connection is cut', () => proxy.cut()],
    ['the reader is slower than the connection lives', () => sleep(2_000)],
    ['the server is killed and starts again', () => server.crash().then(() => server.start())],
  ])('when %s', async (_, fault) => {
    const store = await open({ idleTimeoutMs: 500 });
    const range = { start: 5, end: bytes.byteLength - 7 };
    const chunks: Buffer[] = [];
    for await (const chunk of await store.get(key, range)) {
      if (chunks.length === 10) await fault();
      chunks.push(chunk);
    }
    const expected = bytes.subarray(5, bytes.byteLength - 6);
    expect(sha256(Buffer.concat(chunks))).toBe(sha256(expected));
  });

  test('and ends when the store stays away', async () => {
    const store = await open({ idleTimeoutMs: 300, patienceMs: 500 });
    const body = await store.get(key);
    const reading = (async () => {
      for await (const chunk of body) if (chunk) proxy.stop();
    })();
    await expect(reading).rejects.toThrow(StoreUnavailableError);
  });
});
