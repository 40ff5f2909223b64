import { readRecords } from '../../../lib/audit/records.ts';
import { ForeignStoreError } from '../../../lib/catalog/errors.ts';
import { claimStore, recordRun } from '../../../lib/catalog/reader.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { drillRun, verifyRun } from '../../support/sample-runs.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { compiledPlan, source } from '../stacks/environment.ts';

const NOW = new Date('2026-11-21T12:00:00Z');
const compiled = compiledPlan({ sources: [source('database'), source('orders')] });

let folder: TempFolder;
let store: ObjectStore;
beforeEach(async () => {
  folder = await tempFolder('records');
  store = await openStore(`file://${folder.path}`);
  await claimStore(store, 'shop', 'production');
});
afterEach(async () => {
  await store.close();
  await folder.remove();
});

describe('records of a store', () => {
  test('have the newest verification of each source, and what it found', async () => {
    await recordRun(store, verifyRun('2026-11-02T06:30:00.000Z', { a: ['a.tar is cut short'] }));
    await recordRun(
      store,
      verifyRun('2026-11-20T06:30:00.000Z', { b: ['b.tar differs'] }, ['lost']),
    );
    expect((await readRecords(store, compiled, NOW)).verified).toEqual(
      new Map([
        ['database', { at: '2026-11-20T06:30:00.000Z', problems: ['b: b.tar differs', 'lost'] }],
      ]),
    );
  });

  test('count a verification that could not end as a problem', async () => {
    const run = verifyRun('2026-11-20T06:30:00.000Z');
    await recordRun(store, { ...run, outcome: 'failed', error: 'the store is away' });
    const { verified } = await readRecords(store, compiled, NOW);
    expect(verified.get('database')?.problems).toEqual(['the store is away']);
  });

  test('have every drill of the last year, the newest first', async () => {
    const failed = { outcome: 'failed', error: 'base.tar differs', rtoSeconds: null } as const;
    await recordRun(store, drillRun('2025-11-01T06:30:00.000Z'));
    await recordRun(store, drillRun('2026-10-02T06:30:00.000Z', { rpoSeconds: 30 }));
    await recordRun(store, drillRun('2026-11-02T06:30:00.000Z', failed));
    const alone = drillRun('2026-10-20T06:30:00.000Z', { target: 'backup' });
    await recordRun(store, { ...alone, source: 'orders' });
    const { drills } = await readRecords(store, compiled, NOW);
    expect(drills.map(({ source, at, outcome }) => [source, at.slice(0, 10), outcome])).toEqual([
      ['database', '2026-11-02', 'failed'],
      ['orders', '2026-10-20', 'succeeded'],
      ['database', '2026-10-02', 'succeeded'],
    ]);
    expect(drills[2]).toMatchObject({ rpoSeconds: 30, rtoSeconds: 60 });
    expect(drills[1]).toMatchObject({ rtoSeconds: null });
  });

  test('of another plan are refused', async () => {
    const other = compiledPlan({ plan: 'other' });
    await expect(readRecords(store, other, NOW)).rejects.toThrow(ForeignStoreError);
  });
});
