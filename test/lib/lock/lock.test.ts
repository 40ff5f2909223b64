import { LockHeldError } from '../../../lib/lock/errors.ts';
import { acquireLock, leaseName } from '../../../lib/lock/lock.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

let folder: TempFolder;
let store: ObjectStore;

beforeEach(async () => {
  folder = await tempFolder('lock');
  store = await openStore(`file://${folder.path}`);
});

afterEach(async () => {
  await store.close();
  await folder.remove();
});

const request = (changes: Partial<Parameters<typeof acquireLock>[0]> = {}) => ({
  ...{ store, plan: 'shop', environment: 'production', source: 'database' },
  activity: 'backup' as const,
  ...changes,
});

describe('acquireLock', () => {
  test('excludes a second run of one source and activity', async () => {
    const lock = await acquireLock(request());
    await expect(acquireLock(request())).rejects.toThrow(LockHeldError);
    await lock.release();
    await (await acquireLock(request())).release();
  });

  test('lets a backup and a WAL streamer, and other sources, run together', async () => {
    const locks = [
      await acquireLock(request()),
      await acquireLock(request({ activity: 'wal' })),
      await acquireLock(request({ source: 'other' })),
    ];
    for (const lock of locks) await lock.release();
  });

  test('meets everybody who writes to one directory, whatever their plan', async () => {
    const lock = await acquireLock(request());
    await expect(acquireLock(request({ plan: 'blog' }))).rejects.toThrow(LockHeldError);
    await lock.release();
  });

  test('leaves nothing that a store would list', async () => {
    const lock = await acquireLock(request());
    const keys: string[] = [];
    for await (const { key } of store.list('')) keys.push(key);
    for await (const name of store.listNames('')) keys.push(name);
    expect(keys).toEqual([]);
    await lock.release();
  });

  test('keeps locks of other stores apart by plan and environment', async () => {
    const bucket = await openStore('s3://bucket?region=eu-central-1');
    try {
      const source = `locked-${process.pid}`;
      const lock = await acquireLock(request({ store: bucket, source }));
      await expect(acquireLock(request({ store: bucket, source }))).rejects.toThrow(LockHeldError);
      const other = await acquireLock(request({ store: bucket, source, environment: 'staging' }));
      await other.release();
      await lock.release();
    } finally {
      await bucket.close();
    }
  });

  test('takes the Lease of the pod in a cluster', async () => {
    const before = process.env.KUBERNETES_SERVICE_HOST;
    process.env.KUBERNETES_SERVICE_HOST = '127.0.0.1';
    try {
      // No token is mounted here: that it is asked for shows which lock was chosen.
      await expect(acquireLock(request())).rejects.toThrow('no service account token');
    } finally {
      if (before === undefined) delete process.env.KUBERNETES_SERVICE_HOST;
      else process.env.KUBERNETES_SERVICE_HOST = before;
    }
  });

  test('names Leases as the manifests do', () => {
    expect(leaseName('database', 'wal')).toBe('tidemark-database-wal');
  });
});
