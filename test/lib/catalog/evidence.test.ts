import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ForeignStoreError } from '../../../lib/catalog/errors.ts';
import { EvidenceConflictError, recordEvidence } from '../../../lib/catalog/evidence.ts';
import { runKey } from '../../../lib/catalog/keys.ts';
import { readRuns } from '../../../lib/catalog/reader.ts';
import type { VerifyRun } from '../../../lib/catalog/run-record.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';

const AT = '2026-11-21T06:30:00.000Z';

const record: VerifyRun = {
  format: 1,
  id: '20261121T063000Z-verify-9f86d081',
  plan: 'shop',
  environment: 'production',
  source: 'orders',
  startedAt: AT,
  endedAt: '2026-11-21T06:31:00.000Z',
  outcome: 'succeeded',
  error: null,
  action: 'verify',
  backups: [{ id: '20261121T020000Z-full-9f86d081', class: '30d', bytes: 4096, problems: [] }],
  wal: null,
};

describe('evidence', () => {
  let folder: TempFolder;
  let store: ObjectStore;
  beforeEach(async () => {
    folder = await tempFolder('evidence');
    store = await openStore(`file://${folder.path}`);
  });
  afterEach(async () => {
    await store.close();
    await folder.remove();
  });

  const kept = () =>
    readRuns(store, 'orders', { from: new Date(AT), to: new Date(AT), action: 'verify' });

  test('is read like the run records of the backups', async () => {
    await recordEvidence(store, record);
    expect(await kept()).toEqual([record]);
  });

  test('of one run is written once, however often it is delivered', async () => {
    await recordEvidence(store, record);
    const path = join(folder.path, runKey(record.source, record.id));
    const before = await readFile(path, 'utf8');
    // What comes out of a queue has its keys in another order.
    const again = Object.fromEntries(Object.entries(record).reverse()) as VerifyRun;
    await recordEvidence(store, again);
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  test('is not replaced by another finding under the same id', async () => {
    await recordEvidence(store, { ...record, outcome: 'failed', error: 'stored data was altered' });
    await expect(recordEvidence(store, record)).rejects.toThrow(EvidenceConflictError);
    expect((await kept()).map(({ outcome }) => outcome)).toEqual(['failed']);
  });

  test('of another environment is refused', async () => {
    await recordEvidence(store, record);
    await expect(recordEvidence(store, { ...record, environment: 'staging' })).rejects.toThrow(
      ForeignStoreError,
    );
  });
});
