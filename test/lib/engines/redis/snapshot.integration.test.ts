import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { openFile } from '../../../../lib/catalog/files.ts';
import { readBackups, readRuns } from '../../../../lib/catalog/reader.ts';
import { verifyBackup } from '../../../../lib/catalog/verify.ts';
import { backupRedis, type SnapshotManifest } from '../../../../lib/engines/redis/snapshot.ts';
import type { RunEvent } from '../../../../lib/engines/run.ts';
import { openStore } from '../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../lib/stores/store.ts';
import { contentOf, DATA_COUNTS, fillRedis } from '../../../support/redis-data.ts';
import { type RedisServer, startRedis } from '../../../support/redis-server.ts';
import {
  REDIS_SOURCE,
  redisAddress,
  redisRun,
  SNAPSHOT_USER,
} from '../../../support/redis-source.ts';
import { type TempFolder, tempFolder } from '../../../support/temp-folder.ts';

let server: RedisServer;
let folder: TempFolder;
let store: ObjectStore;

beforeAll(async () => {
  server = await startRedis({ settings: { user: SNAPSHOT_USER } });
  folder = await tempFolder('snapshots');
  store = await openStore(`file://${folder.path}/store`);
});

afterAll(async () => {
  await server.dispose();
  await store.close();
  await folder.remove();
});

/** The file of a snapshot, decoded and checked. */
async function fileOf(manifest: SnapshotManifest): Promise<Buffer> {
  const [file, ...others] = manifest.files;
  if (!file || others.length > 0) throw new Error('a snapshot is one file');
  return buffer(openFile(store, manifest, file));
}

/** Starts a server on a snapshot, as anybody would by hand. */
async function serverOn(manifest: SnapshotManifest): Promise<RedisServer> {
  await writeFile(join(folder.path, 'dump.rdb'), await fileOf(manifest));
  return startRedis({ existing: { dataDir: folder.path } });
}

describe('a snapshot of every type', () => {
  const events: RunEvent[] = [];
  let manifest: SnapshotManifest;

  beforeAll(async () => {
    await fillRedis(server);
    manifest = await backupRedis(redisRun(store, { report: (event) => events.push(event) }), {
      address: redisAddress(server, 'tidemark'),
      label: 'before-the-sale',
    });
  });

  test('counts what the server counts', async () => {
    expect(manifest.counts).toEqual(DATA_COUNTS);
    expect(await server.info('db0')).toMatch(/^keys=27,expires=2,/);
  });

  test('says where it stands', async () => {
    expect(await readBackups(store, REDIS_SOURCE)).toEqual([manifest]);
    expect(manifest).toMatchObject({
      engine: 'redis',
      kind: 'snapshot',
      label: 'before-the-sale',
      tier: 'daily',
      class: '14d',
      parent: null,
      serverVersion: await server.info('redis_version'),
      position: { engine: 'redis', replicationId: await server.info('master_replid') },
    });
    expect(manifest.position.offset).toBeLessThanOrEqual(
      Number(await server.info('master_repl_offset')),
    );
    const { startedAt, consistentAt, completedAt } = manifest;
    // The server notes whole seconds.
    expect(Date.parse(consistentAt)).toBeGreaterThan(Date.parse(startedAt) - 1000);
    expect(consistentAt <= completedAt).toBe(true);
  });

  test('is on record, and every byte is as it was written', async () => {
    const range = { from: new Date(manifest.startedAt), to: new Date() };
    expect(await readRuns(store, REDIS_SOURCE, { ...range, action: 'backup' })).toEqual([
      expect.objectContaining({ outcome: 'succeeded', kind: 'snapshot', backup: manifest.id }),
    ]);
    expect((await verifyBackup(store, manifest)).problems).toEqual([]);
    expect(events.filter(({ level }) => level === 'warning')).toEqual([]);
  });

  test('is a file that Redis’ own program finds sound', async () => {
    const path = join(folder.path, 'checked.rdb');
    await writeFile(path, await fileOf(manifest));
    const { stdout } = await promisify(execFile)('redis-check-rdb', [path]);
    expect(stdout).toContain('\\o/ RDB looks OK! \\o/');
    expect(stdout).toContain('30 keys read');
  });

  test('brings back every key, its type, its expiry and its value', async () => {
    const copy = await serverOn(manifest);
    try {
      const expected = await contentOf(server);
      expect(expected.size).toBe(31);
      expect(await contentOf(copy)).toEqual(expected);
    } finally {
      await copy.dispose();
    }
  });
});

test('where the server writes to its disk first, the snapshot is the same', async () => {
  const before = await fileOf(
    await backupRedis(redisRun(store), { address: redisAddress(server) }),
  );
  await server.command('CONFIG', 'SET', 'repl-diskless-sync', 'no');
  const manifest = await backupRedis(redisRun(store), { address: redisAddress(server) });
  await server.command('CONFIG', 'SET', 'repl-diskless-sync', 'yes');
  expect(manifest.counts).toEqual(DATA_COUNTS);
  expect((await fileOf(manifest)).length).toBe(before.length);
});

test('an empty server has an empty snapshot, and a warning says so', async () => {
  await server.command('FLUSHALL');
  await server.command('FUNCTION', 'FLUSH');
  const events: RunEvent[] = [];
  const manifest = await backupRedis(redisRun(store, { report: (event) => events.push(event) }), {
    address: redisAddress(server),
  });
  expect(manifest.counts).toEqual({});
  expect(events).toContainEqual({
    level: 'warning',
    message: 'the server is empty, and so is this snapshot',
  });
});
