import { chmod, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readRuns } from '../../../../lib/catalog/reader.ts';
import {
  type DrillOptions,
  drillRedis,
  drillRoom,
} from '../../../../lib/engines/redis/drill/drill.ts';
import { backupRedis, type SnapshotManifest } from '../../../../lib/engines/redis/snapshot.ts';
import { drillText } from '../../../../lib/report/drill.ts';
import { openStore } from '../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../lib/stores/store.ts';
import { flipByte } from '../../../support/flip-byte.ts';
import { fillRedis } from '../../../support/redis-data.ts';
import { type RedisServer, startRedis } from '../../../support/redis-server.ts';
import { REDIS_SOURCE, redisAddress, redisRun } from '../../../support/redis-source.ts';
import { smallDisk } from '../../../support/small-disk.ts';
import { type TempFolder, tempFolder } from '../../../support/temp-folder.ts';

let server: RedisServer;
let folder: TempFolder;
let scratch: string;
let store: ObjectStore;
let manifest: SnapshotManifest;

beforeAll(async () => {
  server = await startRedis({ settings: { 'enable-debug-command': 'yes' } });
  folder = await tempFolder('drill');
  scratch = join(folder.path, 'scratch');
  await mkdir(scratch);
  // The server's user has to reach what is restored in it.
  for (const path of [folder.path, scratch]) await chmod(path, 0o755);
  store = await openStore(`file://${folder.path}/store`);
  await fillRedis(server);
  // In the snapshot however long that takes, and lapsed before any drill.
  await server.command('DEBUG', 'SET-ACTIVE-EXPIRE', '0');
  await server.command('SET', 'short', 'lived', 'PX', 1);
  manifest = await backupRedis(redisRun(store), { address: redisAddress(server) });
});

afterAll(async () => {
  await server.dispose();
  await store.close();
  await folder.remove();
});

const records = () => {
  const range = { from: new Date(manifest.startedAt), to: new Date() };
  return readRuns(store, REDIS_SOURCE, { ...range, action: 'drill' });
};

const drill = (options: Partial<DrillOptions> = {}) =>
  drillRedis(redisRun(store), { scratch, target: 'latest', expectations: [], ...options });

test('looks at every key, measures, and is on record', async () => {
  const expectations = [
    { query: 'GET string:16-bit', expected: '12345' },
    { query: 'LRANGE list:small 0 1', expected: '1 two' },
    { query: 'PFCOUNT hyperloglog:sparse', expected: '10' },
    { query: 'SELECT 3', expected: 'OK' },
    { query: 'GET "in another database"', expected: 'yes' },
  ];
  const record = await drill({ expectations });
  expect(record).toMatchObject({
    action: 'drill',
    outcome: 'succeeded',
    error: null,
    backup: manifest.id,
    target: 'latest',
    recoveredTo: manifest.consistentAt,
    counts: { databases: 3, keys: 31 },
    queries: expectations.map((asked) => ({ ...asked, found: asked.expected })),
    problems: [],
    versions: { server: manifest.serverVersion },
  });
  const lost = Date.parse(record.startedAt) - Date.parse(manifest.consistentAt);
  expect(record.rpoSeconds).toBeCloseTo(lost / 1000, 3);
  const { fetchSeconds, recoverSeconds } = record.phases;
  expect(record.rtoSeconds).toBeCloseTo((fetchSeconds ?? 0) + (recoverSeconds ?? 0), 6);
  expect(await records()).toEqual([record]);
  expect(await readdir(scratch)).toEqual([]);
  expect(drillText(record, { rpoSeconds: 3600, rtoSeconds: 3600 })).toContain(
    'read    31 keys in 3 databases, 5 queries asked',
  );
});

test('tells every answer that is another, and nothing is written', async () => {
  const record = await drill({
    target: { backup: manifest.id },
    expectations: [
      { query: 'GET string:16-bit', expected: '54321' },
      { query: 'GET no-such-key', expected: 'anything' },
      { query: 'SET string:16-bit 1', expected: 'OK' },
    ],
  });
  expect(record).toMatchObject({ outcome: 'failed', rpoSeconds: null, target: 'backup' });
  expect(record.problems).toEqual([
    'GET string:16-bit: the answer is 12345; 54321 was expected',
    'GET no-such-key: the answer is nothing; anything was expected',
    expect.stringMatching(/^SET string:16-bit 1: READONLY /),
  ]);
});

test('is refused before anything is fetched where the disk is too small, with what to write in the plan', async () => {
  const { bytes, backup } = await drillRoom(redisRun(store), 'latest');
  expect([bytes, backup]).toEqual([manifest.logicalBytes, manifest.id]);
  const before = await records();
  const disk = await smallDisk(1);
  try {
    await disk.fill(64);
    await expect(drill({ scratch: disk.path })).rejects.toMatchObject({
      name: 'NoRoomError',
      neededBytes: bytes,
      message: expect.stringMatching(
        /has 1 MiB free; .* need \d+ MiB; write drill: \{ scratch: '1GiB' \} for cache in the plan/,
      ),
    });
    expect(await readdir(disk.path)).toEqual(['filler']);
  } finally {
    await disk.dispose();
  }
  // It says nothing about the backup.
  expect(await records()).toEqual(before);
});

test('of a snapshot that was altered fails, and says which object', async () => {
  const [object] = manifest.files[0]?.objects ?? [];
  const path = join(
    folder.path,
    'store/data',
    manifest.class,
    manifest.source,
    manifest.id,
    object?.name ?? '',
  );
  await flipByte(path, 1_000_000);
  const record = await drill();
  expect(record.outcome).toBe('failed');
  expect(record.error).toMatch(/dump\.rdb\.zst (was altered|does not decode)/);
  expect(record.rtoSeconds).toBeNull();
  expect(await readdir(scratch)).toEqual([]);
});
