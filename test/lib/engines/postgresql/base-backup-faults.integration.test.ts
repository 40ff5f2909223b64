import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readBackups, readRuns } from '../../../../lib/catalog/reader.ts';
import { backupPostgresql } from '../../../../lib/engines/postgresql/base-backup.ts';
import type { RunEvent } from '../../../../lib/engines/run.ts';
import { StoreError } from '../../../../lib/stores/errors.ts';
import { openStore } from '../../../../lib/stores/open.ts';
import type { ObjectStore, PutOptions, WrittenObject } from '../../../../lib/stores/store.ts';
import { startBackupChild } from '../../../support/backup-process.ts';
import { runContext, SOURCE } from '../../../support/backup-source.ts';
import { type PostgresServer, startPostgres } from '../../../support/postgres-server.ts';
import { SlowStore } from '../../../support/slow-store.ts';
import { StoreWrapper } from '../../../support/store-wrapper.ts';
import { type TempFolder, tempFolder } from '../../../support/temp-folder.ts';
import { relocateTablespaces, unpackBackup } from '../../../support/unpack-backup.ts';

const MIB = 1024 * 1024;
const SLOW = 8 * MIB;

let server: PostgresServer;
let folder: TempFolder;
let store: ObjectStore;

beforeAll(async () => {
  server = await startPostgres({ version: 15, settings: { max_wal_size: "'2GB'" } });
  await server.sql(
    'CREATE TABLE filler AS SELECT n, repeat(md5(n::text), 30) FROM generate_series(1, 200000) n',
  );
});
afterAll(() => server.dispose());
beforeEach(async () => {
  folder = await tempFolder('store');
  store = await openStore(`file://${folder.path}`);
});
afterEach(async () => {
  await store.close();
  await folder.remove();
});

const backup = (through: ObjectStore = store, overrides: Parameters<typeof runContext>[2] = {}) =>
  backupPostgresql(runContext(through, 15, overrides), {
    address: server.address,
    checkpoint: 'fast',
  });

async function backupRuns() {
  const now = new Date();
  return readRuns(store, SOURCE, { from: now, to: now, action: 'backup' });
}

/** Nothing is committed; and what failed before does not stand in the way of the next backup. */
async function expectNothingAndThenSuccess() {
  expect(await readBackups(store, SOURCE)).toEqual([]);
  const manifest = await backup();
  expect((await readBackups(store, SOURCE)).map(({ id }) => id)).toEqual([manifest.id]);
}

/** Resolves once data flows. */
function flowing() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const report = (event: RunEvent) => {
    if ((event.bytes ?? 0) > 0) resolve();
  };
  return { promise, report };
}

test('kill -9 in the middle: nothing is committed, the lock is free, the next run succeeds', async () => {
  const child = startBackupChild({
    url: `file://${folder.path}`,
    address: server.address,
    version: 15,
    bytesPerSecond: SLOW,
  });
  await child.flowing;
  process.kill(child.pid, 'SIGKILL');
  await expect(child.result).rejects.toThrow('SIGKILL');
  expect(await backupRuns()).toEqual([]);
  await expectNothingAndThenSuccess();
});

test('the signal ends a run: nothing is committed, the reason is recorded', async () => {
  const controller = new AbortController();
  const slow = new SlowStore(store);
  slow.bytesPerSecond = SLOW;
  const { promise, report } = flowing();
  const running = backup(slow, { signal: controller.signal, report });
  const ended = expect(running).rejects.toThrow('told to stop');
  await promise;
  controller.abort(new Error('told to stop'));
  await ended;
  expect(await backupRuns()).toMatchObject([{ outcome: 'failed', error: 'told to stop' }]);
  await expectNothingAndThenSuccess();
});

test('a store that refuses writes for a while fails the run and is used again', async () => {
  class FullStore extends StoreWrapper {
    override async put(
      key: string,
      body: AsyncIterable<Uint8Array>,
      options?: PutOptions,
    ): Promise<WrittenObject> {
      if (!key.startsWith('data/')) return super.put(key, body, options);
      for await (const _ of body) throw new StoreError('no space is left');
      throw new StoreError('no space is left, not even for nothing');
    }
  }
  await expect(backup(new FullStore(store))).rejects.toThrow('no space is left');
  expect(await backupRuns()).toMatchObject([
    { outcome: 'failed', backup: null, error: expect.stringContaining('no space is left') },
  ]);
  await expectNothingAndThenSuccess();
});

test('a store that takes nothing at all is reported, with the run’s own error thrown', async () => {
  class DeadStore extends StoreWrapper {
    override put(key: string, body: AsyncIterable<Uint8Array>): Promise<WrittenObject> {
      return key === 'tidemark.json'
        ? super.put(key, body)
        : Promise.reject(new StoreError(`cannot write ${key}`));
    }
  }
  const warnings: string[] = [];
  const report = ({ level, message }: RunEvent) => {
    if (level === 'warning') warnings.push(message);
  };
  await expect(backup(new DeadStore(store), { report })).rejects.toThrow(/cannot write data/);
  expect(warnings).toEqual([expect.stringContaining('no record of this backup run was written')]);
});

test('a server that restarts in the middle fails the run cleanly', async () => {
  const slow = new SlowStore(store);
  slow.bytesPerSecond = SLOW;
  const { promise, report } = flowing();
  const running = backup(slow, { report });
  const ended = expect(running).rejects.toMatchObject({ name: 'ReplicationError' });
  await promise;
  await server.restart();
  await ended;
  expect(await backupRuns()).toMatchObject([{ outcome: 'failed', backup: null }]);
  await expectNothingAndThenSuccess();
});

test('two runs at once: the second is refused, the first succeeds', async () => {
  const slow = new SlowStore(store);
  slow.bytesPerSecond = SLOW;
  const { promise, report } = flowing();
  const first = backup(slow, { report });
  await promise;
  await expect(backup()).rejects.toMatchObject({ name: 'LockHeldError' });
  slow.bytesPerSecond = Number.POSITIVE_INFINITY;
  const manifest = await first;
  expect((await readBackups(store, SOURCE)).map(({ id }) => id)).toEqual([manifest.id]);
});

test('a standby is refused', async () => {
  const manifest = await backup();
  const unpacked = await tempFolder('standby');
  const dataDir = await unpackBackup(store, manifest, unpacked.path, server);
  await relocateTablespaces(manifest, unpacked.path);
  await writeFile(join(dataDir, 'standby.signal'), '');
  const standby = await startPostgres({
    version: 15,
    existing: { dataDir, password: server.address.password },
  });
  try {
    await expect(
      backupPostgresql(runContext(store, 15), { address: standby.address, checkpoint: 'fast' }),
    ).rejects.toMatchObject({
      name: 'PreflightError',
      found: expect.stringContaining('standby'),
      remedy: expect.stringContaining('primary'),
    });
  } finally {
    await standby.dispose();
    await unpacked.remove();
  }
});

test('a store that is much slower than the server costs no memory', async () => {
  const child = startBackupChild({
    url: `file://${folder.path}`,
    address: server.address,
    version: 15,
    bytesPerSecond: 24 * MIB,
  });
  const result = await child.result;
  expect(result.logicalBytes).toBeGreaterThan(200 * MIB);
  expect(result.peakBytes).toBeLessThan(192 * MIB);
});
