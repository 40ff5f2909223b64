import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DamagedError, ForeignStoreError, NewerFormatError } from '../../../lib/catalog/errors.ts';
import { manifestKey, runId, runKey, WAL_GAP } from '../../../lib/catalog/keys.ts';
import {
  claimStore,
  readBackups,
  readRuns,
  recordRun,
  scanBackups,
} from '../../../lib/catalog/reader.ts';
import type { RunRecord } from '../../../lib/catalog/run-record.ts';
import { ObjectExistsError } from '../../../lib/stores/errors.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { writeBackup } from '../../support/sample-backup.ts';
import { backupRun, walRun } from '../../support/sample-runs.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

let folder: TempFolder;
let store: ObjectStore;

beforeEach(async () => {
  folder = await tempFolder('reader');
  store = await openStore(`file://${folder.path}`);
});

afterEach(async () => {
  await store.close();
  await folder.remove();
});

/** Puts something into the store that no writer wrote. */
async function plant(key: string, content: unknown): Promise<void> {
  const path = join(folder.path, key);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
}

describe('readBackups', () => {
  test('finds the backups of one source in every class, oldest first', async () => {
    await writeBackup(store, '2026-11-03T03:00:00.000Z');
    await writeBackup(store, '2026-11-01T03:00:00.000Z', { class: '366d-cold', tier: 'monthly' });
    await writeBackup(store, '2026-11-02T03:00:00.000Z', { class: 'forever', tier: 'yearly' });
    await writeBackup(store, '2026-11-04T03:00:00.000Z', { source: 'other' });
    const found = await readBackups(store, 'database');
    expect(found.map(({ startedAt, class: name }) => [startedAt.slice(0, 10), name])).toEqual([
      ['2026-11-01', '366d-cold'],
      ['2026-11-02', 'forever'],
      ['2026-11-03', '30d'],
    ]);
  });

  test('does not take a source for another whose name begins alike', async () => {
    await writeBackup(store, '2026-11-01T03:00:00.000Z', { source: 'database-2' });
    expect(await readBackups(store, 'database')).toEqual([]);
  });

  test('sees nothing in an empty store, and nothing without a manifest', async () => {
    expect(await readBackups(store, 'database')).toEqual([]);
    await plant('data/30d/database/20261101T030000Z-full-00000000/base.tar.zst', 'x');
    expect(await readBackups(store, 'database')).toEqual([]);
  });

  test('refuses a manifest of a newer format and says what to do', async () => {
    const manifest = await writeBackup(store, '2026-11-01T03:00:00.000Z');
    const id = '20261102T030000Z-full-00000000';
    const key = manifestKey('30d', 'database', id);
    await plant(key, { ...manifest, id, format: 2, somethingNew: true });
    const reading = readBackups(store, 'database');
    await expect(reading).rejects.toThrow(NewerFormatError);
    await expect(reading).rejects.toThrow(
      `${key} has format 2; this tidemark reads up to 1: use the version that wrote it, or a newer one`,
    );
  });

  test.each([
    ['cut short', (text: string) => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['without a field', (text: string) => text.replace('"serverVersion"', '"server"')],
    ['of another backup', (text: string) => text.replace('full-00000000', 'full-00000001')],
    ['of another source', (text: string) => text.replace('"database"', '"else"')],
    ['with an impossible digest', (text: string) => text.replace(/"sha256": "../, '"sha256": "zz')],
  ])('refuses a manifest that is %s', async (_, change) => {
    const { id, ...rest } = await writeBackup(store, '2026-11-01T03:00:00.000Z');
    const text = JSON.stringify({ id, ...rest }, null, 2);
    expect(change(text)).not.toBe(text);
    const key = manifestKey('30d', 'database', '20261101T040000Z-full-00000000');
    await plant(key, change(text.replaceAll(id, '20261101T040000Z-full-00000000')));
    const reading = readBackups(store, 'database');
    await expect(reading).rejects.toThrow(DamagedError);
    await expect(reading).rejects.toThrow(key);
  });

  test('scanBackups lists the others beside those that cannot be read', async () => {
    await writeBackup(store, '2026-11-01T03:00:00.000Z');
    await writeBackup(store, '2026-11-03T03:00:00.000Z');
    const key = manifestKey('30d', 'database', '20261102T030000Z-full-00000000');
    await plant(key, '{"format": 1');
    const { manifests, unreadable } = await scanBackups(store, 'database');
    expect(manifests).toHaveLength(2);
    expect(unreadable).toEqual([{ key, error: expect.any(DamagedError) }]);
  });

  test('scanBackups reads no more than the newest of a kind where that is enough', async () => {
    for (const day of ['01', '02', '03', '04']) {
      await writeBackup(store, `2026-11-${day}T03:00:00.000Z`, {
        class: day === '02' ? '366d' : '30d',
      });
    }
    const get = store.get.bind(store);
    const read: string[] = [];
    store.get = (key, ...rest) => {
      read.push(key);
      return get(key, ...rest);
    };
    const { manifests } = await scanBackups(store, 'database', 3);
    expect(manifests.map(({ startedAt }) => startedAt.slice(8, 10))).toEqual(['02', '03', '04']);
    expect(read).toHaveLength(3);
  });
});

describe('claimStore', () => {
  test('makes the store the first plan and environment, and lets them in again', async () => {
    await claimStore(store, 'shop', 'production');
    await claimStore(store, 'shop', 'production');
    expect(await store.head('tidemark.json')).toBeDefined();
  });

  test.each([
    ['shop', 'staging'],
    ['blog', 'production'],
  ])('refuses plan %s in environment %s in the store of another', async (plan, environment) => {
    await claimStore(store, 'shop', 'production');
    const claim = claimStore(store, plan, environment);
    await expect(claim).rejects.toThrow(ForeignStoreError);
    await expect(claim).rejects.toThrow('belongs to plan shop, environment production');
    await expect(claimStore(store, plan, environment, { readOnly: true })).rejects.toThrow(
      ForeignStoreError,
    );
  });

  test('has one winner when two claim at once', async () => {
    const claims = await Promise.allSettled([
      claimStore(store, 'shop', 'production'),
      claimStore(store, 'shop', 'staging'),
    ]);
    expect(claims.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('writes nothing for a command that only reads', async () => {
    await claimStore(store, 'shop', 'production', { readOnly: true });
    expect(await store.head('tidemark.json')).toBeUndefined();
  });

  test('refuses a newer layout', async () => {
    await plant('tidemark.json', { format: 2, plan: 'shop', environment: 'production' });
    await expect(claimStore(store, 'shop', 'production')).rejects.toThrow(NewerFormatError);
  });

  test('refuses a file that it did not write', async () => {
    await plant('tidemark.json', 'hello');
    await expect(claimStore(store, 'shop', 'production')).rejects.toThrow(DamagedError);
  });
});

describe('run records', () => {
  const range = (from: string, to: string) => ({ from: new Date(from), to: new Date(to) });

  test('are read back by their days, oldest first', async () => {
    const records = ['2026-11-01T23:59:00Z', '2026-11-02T00:01:00Z', '2026-11-03T12:00:00Z'].map(
      (at) => backupRun(at),
    );
    for (const record of [...records].reverse()) await recordRun(store, record);
    expect(
      await readRuns(store, 'database', range('2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z')),
    ).toEqual(records.slice(0, 2));
    expect(
      await readRuns(store, 'database', range('2026-11-03T00:00:00Z', '2026-11-30T00:00:00Z')),
    ).toEqual(records.slice(2));
  });

  test('are chosen by action, whatever the source is called', async () => {
    const source = 'my-wal-db';
    const wal = walRun('2026-11-01T10:00:00Z', { source });
    const gap: RunRecord = {
      ...walRun('2026-11-01T11:00:00Z', { source }),
      id: runId(new Date('2026-11-01T11:00:00Z'), WAL_GAP),
    };
    for (const record of [wal, gap, backupRun('2026-11-01T09:00:00Z', { source })]) {
      await recordRun(store, record);
    }
    const reads: string[] = [];
    const get = store.get.bind(store);
    store.get = (key, ...rest) => {
      reads.push(key);
      return get(key, ...rest);
    };
    const day = range('2026-11-01T00:00:00Z', '2026-11-01T12:00:00Z');
    expect(await readRuns(store, source, { ...day, action: 'wal' })).toEqual([wal, gap]);
    expect(reads).toHaveLength(2);
  });

  test('are written once', async () => {
    const record = backupRun('2026-11-01T10:00:00Z');
    await recordRun(store, record);
    await expect(recordRun(store, record)).rejects.toThrow(ObjectExistsError);
  });

  test('that the schema refuses are not written', async () => {
    const record = { ...backupRun('2026-11-01T10:00:00Z'), password: 'secret' };
    await expect(recordRun(store, record)).rejects.toThrow();
    expect(await store.head(runKey('database', record.id))).toBeUndefined();
  });

  test('that were altered are refused', async () => {
    const record = backupRun('2026-11-01T10:00:00Z');
    await plant(runKey('database', record.id), { ...record, outcome: 'perfect' });
    await expect(
      readRuns(store, 'database', range('2026-11-01T00:00:00Z', '2026-11-01T12:00:00Z')),
    ).rejects.toThrow(DamagedError);
  });
});
