import { chmod, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readRuns } from '../../../../lib/catalog/reader.ts';
import { restoreRedis } from '../../../../lib/engines/redis/restore/restore.ts';
import { backupRedis, type SnapshotManifest } from '../../../../lib/engines/redis/snapshot.ts';
import { openStore } from '../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../lib/stores/store.ts';
import { contentOf, fillKeys, fillRedis } from '../../../support/redis-data.ts';
import { type RedisServer, startRedis } from '../../../support/redis-server.ts';
import { REDIS_SOURCE, redisAddress, redisRun } from '../../../support/redis-source.ts';
import { type TempFolder, tempFolder } from '../../../support/temp-folder.ts';

const OWNER = { uid: 999, gid: 999 };
const DEBUG = { settings: { 'enable-debug-command': 'yes' } };

let server: RedisServer;
let folder: TempFolder;
let store: ObjectStore;
let manifest: SnapshotManifest;
let expected: Map<string, string>;

beforeAll(async () => {
  server = await startRedis(DEBUG);
  folder = await tempFolder('restore');
  // The server's user has to reach what is restored in it.
  await chmod(folder.path, 0o755);
  store = await openStore(`file://${folder.path}/store`);
  await fillRedis(server);
  // Over before the restore: what is expired there is in the snapshot all the same.
  await server.command('SET', 'short', 'lived', 'PX', 1500);
  manifest = await backupRedis(redisRun(store), { address: redisAddress(server) });
  await server.command('DEL', 'short');
  expected = await contentOf(server);
});

afterAll(async () => {
  await server.dispose();
  await store.close();
  await folder.remove();
});

const within = (name: string) => join(folder.path, name);

describe('a restored directory', () => {
  beforeAll(async () => {
    const result = await restoreRedis(redisRun(store), { target: within('data'), time: 'latest' });
    expect(result).toMatchObject({
      engine: 'redis',
      backup: manifest.id,
      target: within('data'),
      keys: 31,
      recoveredTo: new Date(manifest.consistentAt),
    });
  });

  test('belongs to the plan’s server, and to it alone', async () => {
    const names = await readdir(within('data'), { recursive: true });
    expect(names.sort()).toEqual([
      'appendonlydir',
      'appendonlydir/appendonly.aof.1.base.rdb',
      'appendonlydir/appendonly.aof.1.incr.aof',
      'appendonlydir/appendonly.aof.manifest',
      'dump.rdb',
    ]);
    for (const name of ['.', ...names]) {
      const { uid, gid, mode } = await stat(join(within('data'), name));
      expect({ name, uid, gid, others: mode & 0o022 }).toEqual({ name, ...OWNER, others: 0 });
    }
    expect((await stat(within('data'))).mode & 0o777).toBe(0o700);
    const [base, dump] = await Promise.all(
      ['appendonlydir/appendonly.aof.1.base.rdb', 'dump.rdb'].map((name) =>
        stat(join(within('data'), name)),
      ),
    );
    expect(base?.ino).toBe(dump?.ino);
  });

  test.each([false, true])(
    'starts with every key where appendonly is %s, and keeps what is written then',
    async (appendonly) => {
      const dataDir = within(`data-${appendonly}`);
      await restoreRedis(redisRun(store), { target: dataDir, time: 'latest', owner: OWNER });
      const copy = await startRedis({ existing: { dataDir }, appendonly, account: OWNER });
      try {
        expect(await contentOf(copy)).toEqual(expected);
        await copy.command('SET', 'new', 'after the restore');
        if (!appendonly) await copy.command('SAVE');
        await copy.restart();
        expect(await copy.command('GET', 'new')).toBe('after the restore');
        expect(await copy.command('DBSIZE')).toBe(28);
      } finally {
        await copy.dispose();
      }
    },
    30_000,
  );

  test('is on record', async () => {
    const range = { from: new Date(manifest.startedAt), to: new Date() };
    const [record] = await readRuns(store, REDIS_SOURCE, { ...range, action: 'restore' });
    expect(record).toMatchObject({
      outcome: 'succeeded',
      backup: manifest.id,
      target: within('data'),
    });
  });
});

test('of a million keys each is the same', async () => {
  const many = await startRedis(DEBUG);
  const dataDir = within('million');
  try {
    await fillKeys(many, 1_000_000);
    await backupRedis(redisRun(store), { address: redisAddress(many) });
    const { keys } = await restoreRedis(redisRun(store), { target: dataDir, time: 'latest' });
    expect(keys).toBe(1_000_000);
    const copy = await startRedis({ ...DEBUG, existing: { dataDir }, appendonly: true });
    try {
      expect(await copy.command('DEBUG', 'DIGEST')).toBe(await many.command('DEBUG', 'DIGEST'));
      expect(await copy.command('DBSIZE')).toBe(1_000_000);
    } finally {
      await copy.dispose();
    }
  } finally {
    await many.dispose();
  }
});

describe('is refused', () => {
  test('where the directory holds data', async () => {
    await expect(
      restoreRedis(redisRun(store), { target: folder.path, time: 'latest' }),
    ).rejects.toThrow(/is not empty \(it holds .*\); name a directory that is empty/);
  });

  test('for a moment before the first snapshot', async () => {
    const time = new Date('2020-01-01T00:00:00Z');
    await expect(restoreRedis(redisRun(store), { target: within('never'), time })).rejects.toThrow(
      `has no state of cache at 2020-01-01T00:00:00.000Z; the oldest snapshot is ${manifest.id}`,
    );
    expect(await readdir(folder.path)).not.toContain('never');
  });

  test('of a snapshot that is not there', async () => {
    await expect(
      restoreRedis(redisRun(store), { target: within('never'), time: 'latest', backup: 'no-such' }),
    ).rejects.toThrow('has no snapshot no-such of cache; see them with: tidemark list');
  });

  test('without a redis-server', async () => {
    await expect(
      restoreRedis(redisRun(store), {
        target: within('never'),
        time: 'latest',
        binDir: '/nowhere',
      }),
    ).rejects.toThrow('the restore needs redis-server 7.0 or newer, which is not in /nowhere');
  });
});
