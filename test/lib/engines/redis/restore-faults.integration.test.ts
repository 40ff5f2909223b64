import { execFile } from 'node:child_process';
import { appendFileSync, statfsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DamagedError } from '../../../../lib/catalog/errors.ts';
import { manifestKey } from '../../../../lib/catalog/keys.ts';
import { readRuns } from '../../../../lib/catalog/reader.ts';
import { restoreRedis } from '../../../../lib/engines/redis/restore/restore.ts';
import type { RedisRun } from '../../../../lib/engines/redis/run.ts';
import { backupRedis, type SnapshotManifest } from '../../../../lib/engines/redis/snapshot.ts';
import { RestoreTargetError, TargetFullError } from '../../../../lib/engines/restore-target.ts';
import { openStore } from '../../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../../lib/stores/store.ts';
import { flipByte } from '../../../support/flip-byte.ts';
import { fillKeys } from '../../../support/redis-data.ts';
import { type RedisServer, startRedis } from '../../../support/redis-server.ts';
import { REDIS_SOURCE, redisAddress, redisRun } from '../../../support/redis-source.ts';
import { smallDisk } from '../../../support/small-disk.ts';
import { type TempFolder, tempFolder } from '../../../support/temp-folder.ts';

const MARK = 'TIDEMARK-INCOMPLETE';

let server: RedisServer;
let folder: TempFolder;
let store: ObjectStore;
let manifest: SnapshotManifest;

beforeAll(async () => {
  server = await startRedis();
  await fillKeys(server, 200_000);
});
afterAll(() => server.dispose());
beforeEach(async () => {
  folder = await tempFolder('restore');
  // The server's user has to reach what is restored in it.
  await chmod(folder.path, 0o755);
  store = await openStore(`file://${folder.path}/store`);
  manifest = await backupRedis(redisRun(store), { address: redisAddress(server) });
});
afterEach(async () => {
  await store.close();
  await folder.remove();
});

type Options = Parameters<typeof restoreRedis>[1];
type Overrides = Parameters<typeof redisRun>[1];

const within = (...names: string[]) => join(folder.path, ...names);
const restore = (options: Partial<Options> = {}, overrides: Overrides = {}) =>
  restoreRedis(redisRun(store, overrides), { target: within('data'), time: 'latest', ...options });

/** Calls back when the restore says this. */
const when = (message: string, callback: () => unknown): Pick<RedisRun, 'report'> => ({
  report: (event) => {
    if (event.message === message) callback();
  },
});

async function expectUnusable(directory: string, error: RegExp): Promise<void> {
  const range = { from: new Date(manifest.startedAt), to: new Date() };
  expect(await readRuns(store, REDIS_SOURCE, { ...range, action: 'restore' })).toEqual([
    expect.objectContaining({ outcome: 'failed', error: expect.stringMatching(error) }),
  ]);
  expect(await readdir(directory)).toContain(MARK);
  await expect(restore({ target: directory })).rejects.toThrow(
    `${directory} holds a restore that did not finish (${MARK})`,
  );
}

/** A program in the place of redis-server. */
async function fakeProgram(script: string): Promise<string> {
  await mkdir(within('bin'));
  await writeFile(within('bin', 'redis-server'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return within('bin');
}

test('an altered byte in the store ends it', async () => {
  const data = within('store', 'data', manifest.class, manifest.source, manifest.id);
  await flipByte(join(data, 'dump.rdb.zst'));
  await expect(restore()).rejects.toThrow(DamagedError);
  await expectUnusable(within('data'), /dump\.rdb\.zst (was altered|does not decode)/);
});

test('fewer keys than were counted end it', async () => {
  const path = within('store', manifestKey(manifest.class, manifest.source, manifest.id));
  const text = await readFile(path, 'utf8');
  await chmod(path, 0o644);
  await writeFile(path, text.replace('"db0.keys": 200000', '"db0.keys": 200001'));
  await expect(restore()).rejects.toThrow(
    'not everything came back: db0 had 200001 keys when it was backed up and has 200000',
  );
  await expectUnusable(within('data'), /not everything came back/);
});

describe('a disk', () => {
  test('without room is left as it is', async () => {
    const disk = await smallDisk(4);
    try {
      const target = join(disk.path, 'data');
      await expect(restore({ target })).rejects.toThrow(
        /has \d+ MiB free; the data of this restore need \d+ MiB/,
      );
      expect(await readdir(disk.path)).toEqual([]);
    } finally {
      await disk.dispose();
    }
  });

  test('that fills up meanwhile ends it, and says what is full', async () => {
    const disk = await smallDisk(32);
    try {
      const target = join(disk.path, 'data');
      // Before the next piece is written: as quick as somebody else can be.
      const fill = when('fetching and checking the snapshot', () => {
        const { bavail, bsize } = statfsSync(disk.path);
        appendFileSync(join(disk.path, 'other'), Buffer.alloc(bavail * bsize));
      });
      await expect(restore({ target }, fill)).rejects.toThrow(TargetFullError);
      await expectUnusable(target, /no room is left for .* \(ENOSPC\)/);
    } finally {
      await disk.dispose();
    }
  });
});

test('of two at once into one directory, one is refused and one succeeds', async () => {
  const results = await Promise.allSettled([restore(), restore()]);
  const failed = results.filter((result) => result.status === 'rejected');
  expect(failed.map(({ reason }) => reason)).toEqual([expect.any(RestoreTargetError)]);
  expect(await readdir(within('data'))).not.toContain(MARK);
});

test('who interrupts while Redis reads ends Redis too', async () => {
  const controller = new AbortController();
  const reason = new Error('interrupted by a person');
  const interrupt = when('starting Redis on what was restored', () =>
    setImmediate(() => controller.abort(reason)),
  );
  await expect(restore({}, { ...interrupt, signal: controller.signal })).rejects.toBe(reason);
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'args']);
  expect(stdout).not.toContain(within('data'));
  await expectUnusable(within('data'), /interrupted by a person/);
});

describe('a redis-server', () => {
  test('that is older than the backup’s is not taken', async () => {
    const binDir = await fakeProgram('echo "Redis server v=6.2.14 sha=0"');
    await expect(restore({ binDir })).rejects.toThrow(
      `the restore needs redis-server 7.0 or newer, which is not in ${binDir} (version 6.2.14)`,
    );
    expect(await readdir(folder.path)).not.toContain('data');
  });

  test('that does not come up is quoted', async () => {
    const binDir = await fakeProgram(
      'if [ "$1" = --version ]; then echo "Redis server v=8.0.0 sha=0"; else echo "# Short read or OOM loading DB"; exit 1; fi',
    );
    await expect(restore({ binDir })).rejects.toThrow(
      'Redis does not start on what was restored; it said:\n# Short read or OOM loading DB',
    );
    await expectUnusable(within('data'), /Short read or OOM/);
  });
});
