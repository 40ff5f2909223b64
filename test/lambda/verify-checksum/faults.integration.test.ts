import { Readable } from 'node:stream';
import type { Step } from '../../../lambda/verify-checksum/verify-checksum.ts';
import { dataPrefix, manifestKey } from '../../../lib/catalog/keys.ts';
import type { Manifest } from '../../../lib/catalog/manifest.ts';
import { readRuns } from '../../../lib/catalog/reader.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { compiledPlan } from '../../lib/stacks/environment.ts';
import { ACCESS_DENIED, S3Proxy, SLOW_DOWN } from '../../support/s3-proxy.ts';
import { type S3Server, startS3 } from '../../support/s3-server.ts';
import { commitBackup } from '../backups.ts';
import { created, scheduled, type VerificationOptions, Verifications } from '../verification.ts';

const compiled = compiledPlan();
const NOW = new Date('2026-11-21T06:30:00Z');

let server: S3Server;
let proxy: S3Proxy;
/** Through the proxy. */
let store: ObjectStore;
let verifications: Verifications;
let small: Manifest;
let large: Manifest;

const fileOf = ({ class: name, source, id }: Manifest, file: string): string =>
  `${dataPrefix(name, source, id)}${file}`;

async function verify(
  event: unknown,
  options: Partial<VerificationOptions> = {},
): Promise<NonNullable<Step['ended']>['record']> {
  const ended = await verifications.run(event, { compiled, store, ...options });
  if (!ended) throw new Error('nothing was verified');
  return ended.record;
}

beforeAll(async () => {
  server = await startS3();
  proxy = await S3Proxy.start(server);
  await server.createBucket('backups', { objectLock: true });
  store = await openStore(`${server.url('backups', proxy.endpoint)}&partSize=5MiB`, {
    credentials: server,
    patienceMs: 1500,
  });
  verifications = await Verifications.open(server, 'faults');
  small = await commitBackup(store, { source: 'orders', at: new Date('2026-11-20T03:00:00Z') });
  large = await commitBackup(store, {
    source: 'orders',
    at: new Date('2026-11-21T03:00:00Z'),
    size: 23_000_000,
  });
});

afterEach(() => {
  proxy.fault = () => undefined;
  proxy.answered = 0;
});

afterAll(async () => {
  await verifications?.close();
  await store?.close();
  await proxy?.stop();
  await server?.stop();
});

describe('S3 asks to slow down', () => {
  test('for a while: every request is repeated, and nothing is found wrong', async () => {
    proxy.fault = ({ method, count }) => (method === 'GET' && count === 1 ? SLOW_DOWN : undefined);
    expect(await verify(scheduled('orders', 'slow-1'))).toMatchObject({
      outcome: 'succeeded',
      error: null,
      backups: [{ problems: [] }, { problems: [] }],
    });
    expect(proxy.answered).toBeGreaterThan(10);
  });

  test('for longer than a call waits: the item is tried again', async () => {
    const archive = fileOf(small, 'base.tar');
    const calls: number[] = [];
    const triedAgain = () => calls.length > new Set(calls).size;
    proxy.fault = ({ method, key }) =>
      method === 'GET' && key === archive && !triedAgain() ? SLOW_DOWN : undefined;
    const record = await verify(scheduled('orders', 'slow-2'), {
      onItem: ({ index }) => {
        calls.push(index);
      },
    });
    expect(record.outcome).toBe('succeeded');
    expect(triedAgain()).toBe(true);
  });

  test('without an end: what could not be read is told, and is not said to be damaged', async () => {
    const archive = fileOf(small, 'base.tar');
    proxy.fault = ({ method, key }) =>
      method === 'GET' && key === archive ? SLOW_DOWN : undefined;
    const record = await verify(scheduled('orders', 'slow-3'));
    expect(record).toMatchObject({
      outcome: 'failed',
      error: `${small.id} was not read: every try failed`,
      backups: [{ id: large.id, problems: [] }],
    });
  });
});

describe('access is denied', () => {
  test.each([
    ['a backup of one item', () => small, () => large],
    ['a part of a large backup', () => large, () => small],
  ])(
    'to %s: it is named, the others are verified, and it is not held',
    async (what, one, other) => {
      const denied = fileOf(one(), 'base.tar');
      proxy.fault = ({ method, key }) =>
        method === 'GET' && key === denied ? ACCESS_DENIED : undefined;
      const record = await verify(scheduled('orders', `denied-${what}`));
      expect(record).toMatchObject({
        outcome: 'failed',
        backups: [{ id: other().id, problems: [] }],
        wal: { problems: [] },
      });
      expect(record.error).toContain(denied);
      expect(record.error).toContain('access denied');
    },
  );

  test('to the list of parts: that backup is not verified, the others are', async () => {
    const denied = fileOf(large, 'parts.json');
    proxy.fault = ({ key }) => (key === denied ? ACCESS_DENIED : undefined);
    const record = await verify(scheduled('orders', 'denied-parts'));
    expect(record).toMatchObject({ outcome: 'failed', backups: [{ id: small.id }] });
    expect(record.error).toContain(denied);
  });

  test('to everything: the execution fails, which rings', async () => {
    proxy.fault = () => ACCESS_DENIED;
    await expect(verify(scheduled('orders', 'denied-all'))).rejects.toThrow('access denied');
  });

  test('to write the record: nothing is lost when the step is tried again', async () => {
    let denied = 0;
    proxy.fault = ({ method, key }) =>
      method === 'PUT' && key.startsWith('runs/') && ++denied <= 2 ? ACCESS_DENIED : undefined;
    const record = await verify(scheduled('orders', 'denied-record'));
    expect(denied).toBe(3);
    const day = { from: NOW, to: NOW, action: 'verify' } as const;
    for (const kept of [store, verifications.evidence]) {
      const found = (await readRuns(kept, 'orders', day)).filter(({ id }) => id === record.id);
      expect(found).toEqual([record]);
    }
  });
});

describe('a crash', () => {
  test('after the record was written: the next try keeps the evidence and moves the hold', async () => {
    const event = scheduled('orders', 'crash');
    let tries = 0;
    const crashing: ObjectStore = Object.create(verifications.evidence, {
      put: {
        value: (...args: Parameters<ObjectStore['put']>) => {
          if (++tries === 1) throw new Error('the process ended');
          return verifications.evidence.put(...args);
        },
      },
      head: { value: verifications.evidence.head.bind(verifications.evidence) },
      get: { value: verifications.evidence.get.bind(verifications.evidence) },
    });
    const record = await verify(event, { evidence: crashing });
    expect(tries).toBe(2);
    const day = { from: NOW, to: NOW, action: 'verify' } as const;
    const evidence = await readRuns(verifications.evidence, 'orders', day);
    expect(evidence.filter(({ id }) => id === record.id)).toEqual([record]);
  });

  test('between parts: what was read before is not read again', async () => {
    const calls: number[] = [];
    let crashed = false;
    const onItem = ({ index }: { readonly index: number }): void => {
      calls.push(index);
      if (index === 2 && !crashed) {
        crashed = true;
        throw new Error('the process ended');
      }
    };
    const record = await verify(scheduled('orders', 'crash-2'), { onItem });
    expect(record.outcome).toBe('succeeded');
    expect(calls.filter((index) => index !== 2)).toEqual(
      [...new Set(calls)].filter((i) => i !== 2),
    );
    expect(calls.filter((index) => index === 2)).toHaveLength(2);
  });
});

describe('what is stored is not what was written', () => {
  test('a manifest that was cut short is named, and the others are verified', async () => {
    const key = manifestKey('30d', 'orders', '20261119T030000Z-full-00000000');
    const text = JSON.stringify(small).slice(0, 400);
    await store.put(key, Readable.from([Buffer.from(text)]));
    for (const event of [scheduled('orders', 'cut'), created(key, 'cut-1')]) {
      const record = await verify(event);
      expect(record.outcome).toBe('failed');
      expect(record.error).toContain(`${key} is not JSON`);
    }
    const record = await verify(scheduled('orders', 'cut-2'));
    expect(record.backups.map(({ problems }) => problems)).toEqual([[], []]);
  });
});
