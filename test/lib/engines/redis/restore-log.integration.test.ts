import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { drillRedis } from '../../../../lib/engines/redis/drill/drill.ts';
import { restoreRedis } from '../../../../lib/engines/redis/restore/restore.ts';
import { backupRedis } from '../../../../lib/engines/redis/snapshot.ts';
import { restoreText } from '../../../../lib/report/restore.ts';
import { openStore } from '../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../lib/stores/store.ts';
import { until } from '../../../support/condition.ts';
import { contentOf, fillRedis } from '../../../support/redis-data.ts';
import { type RedisServer, startRedis } from '../../../support/redis-server.ts';
import { redisAddress, redisRun } from '../../../support/redis-source.ts';
import { type TempFolder, tempFolder } from '../../../support/temp-folder.ts';
import { Shipper } from './aof/shipper.ts';

const OWNER = { uid: 999, gid: 999 };

let server: RedisServer;
let folder: TempFolder;
let store: ObjectStore;
let shipper: Shipper;

const within = (name: string) => join(folder.path, name);

/** A snapshot, then a log that leads further. */
beforeAll(async () => {
  server = await startRedis();
  folder = await tempFolder('restore-log');
  // The server's user has to reach what is restored in it.
  await chmod(folder.path, 0o755);
  store = await openStore(`file://${folder.path}/store`);
  await fillRedis(server);
  await backupRedis(redisRun(store), { address: redisAddress(server) });
  // Only now: a log that is replayed tells consumers of streams another time than the original has.
  await server.command('CONFIG', 'SET', 'appendonly', 'yes');
  await until(
    'the log has begun',
    async () => (await server.info('aof_rewrite_in_progress')) === '0',
  );
  shipper = new Shipper(store, server, { flushSeconds: 1 });
  await server.command('SET', 'later', 'than the snapshot');
  await shipper.caughtUp();
});

afterAll(async () => {
  await shipper.stop();
  await server.dispose();
  await store.close();
  await folder.remove();
});

test.each([false, true])(
  'the log leads further than the snapshot, and starts with every key where appendonly is %s',
  async (appendonly) => {
    const dataDir = within(`data-${appendonly}`);
    const result = await restoreRedis(redisRun(store), {
      target: dataDir,
      time: 'latest',
      owner: OWNER,
    });
    expect(result).toMatchObject({ backup: null, keys: 31 });
    expect(restoreText(result)).toContain('from    the append-only log, ');
    const copy = await startRedis({ existing: { dataDir }, appendonly, account: OWNER });
    try {
      expect(await contentOf(copy)).toEqual(await contentOf(server));
    } finally {
      await copy.dispose();
    }
  },
  30_000,
);

test('a newer snapshot leads further than a log that has ended, and is preferred', async () => {
  const log = await restoreRedis(redisRun(store), { target: within('log'), time: 'latest' });
  await shipper.stop();
  const stoppedAt = Date.now();
  await server.command('SET', 'latest', 'of all');
  // A snapshot knows its second, and claims nothing beyond the beginning of it.
  await until('the next second', () => Math.floor(Date.now() / 1000) * 1000 > stoppedAt);
  const snapshot = await backupRedis(redisRun(store), { address: redisAddress(server) });
  const result = await restoreRedis(redisRun(store), { target: within('newer'), time: 'latest' });
  expect(result).toMatchObject({ backup: snapshot.id, keys: 32 });
  // And before it, the log.
  const before = await restoreRedis(redisRun(store), {
    target: within('before'),
    time: log.recoveredTo,
  });
  expect(before).toMatchObject({ backup: null, keys: 31 });
});

test('a drill of a moment in the log reads every key', async () => {
  const { recoveredTo } = await restoreRedis(redisRun(store), {
    target: within('again'),
    time: new Date(Date.now() - 500),
  });
  const scratch = within('scratch');
  await mkdir(scratch);
  await chmod(scratch, 0o755);
  const record = await drillRedis(redisRun(store), {
    scratch,
    target: recoveredTo,
    expectations: [{ query: 'GET later', expected: 'than the snapshot' }],
  });
  expect(record).toMatchObject({
    outcome: 'succeeded',
    problems: [],
    rpoSeconds: null,
    counts: { databases: 3 },
  });
});
