import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRuns } from '../../../lib/catalog/reader.ts';
import { verifySource } from '../../../lib/engines/verify.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ListOptions, ObjectStore } from '../../../lib/stores/store.ts';
import { runContext, SOURCE } from '../../support/backup-source.ts';
import { writeBackup } from '../../support/sample-backup.ts';
import { StoreWrapper } from '../../support/store-wrapper.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

const ALTERED = '20261120T030000Z-full-00000000';

let folder: TempFolder;
let store: ObjectStore;

beforeEach(async () => {
  folder = await tempFolder('verify');
  store = await openStore(`file://${folder.path}`);
  await writeManifest('altered');
});
afterEach(async () => {
  await store.close();
  await folder.remove();
});

async function writeManifest(text: string): Promise<void> {
  const place = join(folder.path, 'catalog/30d', SOURCE);
  await mkdir(place, { recursive: true });
  await writeFile(join(place, `${ALTERED}.json`), text);
}

test('a manifest that cannot be read is a problem on record, and the others are verified', async () => {
  const { id } = await writeBackup(store, '2026-11-21T03:00:00.000Z');
  const found = await verifySource(runContext(store, 15), 'newest');
  expect(found.outcome).toBe('failed');
  expect(found.backups).toMatchObject([
    { id: ALTERED, class: '30d', bytes: 0, problems: [expect.stringContaining('is not JSON')] },
    { id, problems: [] },
  ]);
  const range = { from: new Date(found.startedAt), to: new Date(), action: 'verify' } as const;
  expect(await readRuns(store, SOURCE, range)).toEqual([found]);
});

test('of one backup it says nothing about another one', async () => {
  const { id } = await writeBackup(store, '2026-11-21T03:00:00.000Z');
  const found = await verifySource(runContext(store, 15), { backup: id });
  expect(found).toMatchObject({ outcome: 'succeeded', backups: [{ id }] });
  await expect(verifySource(runContext(store, 15), { backup: ALTERED })).rejects.toThrow(
    'is not JSON',
  );
});

test('where none can be read, and where one is of a newer release, there is nothing to verify', async () => {
  await expect(verifySource(runContext(store, 15), 'all')).rejects.toThrow('is not JSON');
  await writeBackup(store, '2026-11-21T03:00:00.000Z');
  await writeManifest('{"format":1000}');
  await expect(verifySource(runContext(store, 15), 'all')).rejects.toMatchObject({
    name: 'NewerFormatError',
  });
  await rm(join(folder.path, 'catalog/30d', SOURCE, `${ALTERED}.json`));
  const found = await verifySource(runContext(store, 15), 'all');
  expect(found.outcome).toBe('succeeded');
});

test('what is due leaves out a cold backup that was read in this quarter, and reads the log all the same', async () => {
  await rm(join(folder.path, 'catalog/30d', SOURCE, `${ALTERED}.json`));
  await expect(verifySource(runContext(store, 15), 'due')).rejects.toThrow('nothing to verify');
  const cold = await writeBackup(store, '2026-11-01T03:00:00.000Z', { class: '366d-cold' });
  const warm = await writeBackup(store, '2026-11-21T03:00:00.000Z');
  const idsOf = async () => {
    const found = await verifySource(runContext(store, 15), 'due', async () => ({
      ...{ segments: 1, bytes: 1, problems: [] },
    }));
    return [found.backups.map(({ id }) => id), found.wal?.segments];
  };
  expect(await idsOf()).toEqual([[warm.id, cold.id], 1]);
  expect(await idsOf()).toEqual([[warm.id], 1]);
});

/** Of a directory, as if delete markers hid all of the catalogue. */
class Expired extends StoreWrapper {
  override async *list(prefix: string, { hidden, ...options }: ListOptions = {}) {
    for await (const info of this.store.list(prefix, options)) {
      if (!info.key.startsWith('catalog/')) yield info;
      else if (hidden) yield { ...info, hiddenVersion: '1' };
    }
  }
}

test('where all backups have expired, what is due is no sound source', async () => {
  await rm(join(folder.path, 'catalog/30d', SOURCE, `${ALTERED}.json`));
  await writeBackup(store, '2026-11-21T03:00:00.000Z');
  await expect(verifySource(runContext(new Expired(store), 15), 'due')).rejects.toThrow(
    'has expired or was deleted, so there is nothing to verify',
  );
});
