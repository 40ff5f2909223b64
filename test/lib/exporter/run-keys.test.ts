import { runId } from '../../../lib/catalog/keys.ts';
import { listRuns, recordRun } from '../../../lib/catalog/reader.ts';
import type { RunRecord } from '../../../lib/catalog/run-record.ts';
import { forEach } from '../../../lib/catalog/small-objects.ts';
import { readTellingRuns } from '../../../lib/catalog/telling-runs.ts';
import { RunKeys } from '../../../lib/exporter/run-keys.ts';
import { compile } from '../../../lib/plan/compile.ts';
import { openStore } from '../../../lib/stores/open.ts';
import type { ObjectStore } from '../../../lib/stores/store.ts';
import { backupRun, drillRun, verifyRun, walRun } from '../../support/sample-runs.ts';
import { StoreWrapper } from '../../support/store-wrapper.ts';
import { type TempFolder, tempFolder } from '../../support/temp-folder.ts';
import { plan } from '../plan/example.ts';

const DAY_MS = 86_400_000;
const LAST = Date.parse('2026-11-21T12:00:00Z');

/** Counts the days that are listed. */
class ListedDays extends StoreWrapper {
  days: string[] = [];

  override list(prefix: string, options?: Parameters<ObjectStore['list']>[1]) {
    this.days.push(prefix);
    return super.list(prefix, options);
  }
}

let folder: TempFolder;
let store: ListedDays;
beforeAll(async () => {
  folder = await tempFolder('run-keys');
  store = new ListedDays(await openStore(`file://${folder.path}`));
  await fill();
});
beforeEach(() => {
  store.days = [];
});
afterAll(() => folder.remove());

const range = (to: number) => ({ from: new Date(to - 40 * DAY_MS), to: new Date(to) });
const named = (run: RunRecord, action: string): RunRecord => ({
  ...run,
  id: runId(new Date(run.startedAt), action),
});

/** Two months of a source: the newest of some actions are weeks old. */
async function fill(): Promise<void> {
  const days = Array.from({ length: 61 }, (_, ago) => ago);
  await forEach(days, async (ago) => {
    const day = LAST - ago * DAY_MS;
    const at = (hour: number) => new Date(day - hour * 3_600_000).toISOString();
    for (const hour of [1, 2, 3]) await recordRun(store, walRun(at(hour)));
    await recordRun(store, backupRun(at(5), ago < 30 ? { outcome: 'failed', error: 'x' } : {}));
    if (ago % 7 === 3) await recordRun(store, verifyRun(at(6)));
    if (ago === 20) await recordRun(store, drillRun(at(7)));
    if (ago === 25) {
      const gap = { from: '0/1000000', to: '0/2000000', reason: 'lost' };
      await recordRun(
        store,
        named(walRun(at(8), { gap, outcome: 'failed', error: 'x' }), 'wal-gap'),
      );
    }
  });
}

test('look after look, over days, the status is read from the same records as without them', async () => {
  const { compiled } = compile(plan(), 'production');
  const [source] = compiled?.sources ?? [];
  if (!source) throw new Error('the plan is wrong');
  const keys = new RunKeys();
  for (const ago of [12, 11.9, 8, 1, 0]) {
    const asked = range(LAST - ago * DAY_MS);
    const own = await readTellingRuns(store, source, await keys.list(store, 'database', asked));
    const all = await readTellingRuns(store, source, await listRuns(store, 'database', asked));
    expect(own).toEqual(all);
    expect(own.length).toBeGreaterThan(30);
  }
});

test('a day that is over is listed once', async () => {
  const keys = new RunKeys();
  await keys.list(store, 'database', range(LAST));
  expect(store.days).toHaveLength(41);
  store.days = [];
  await keys.list(store, 'database', range(LAST + 60_000));
  expect(store.days).toHaveLength(4);
  store.days = [];
  await keys.list(store, 'database', range(LAST + DAY_MS));
  expect(store.days).toHaveLength(5);
});

test('days whose listing failed are listed again', async () => {
  const keys = new RunKeys();
  const failing = new (class extends StoreWrapper {
    override list(): never {
      throw new Error('the store is away');
    }
  })(store);
  await expect(keys.list(failing, 'database', range(LAST))).rejects.toThrow('the store is away');
  store.days = [];
  await keys.list(store, 'database', range(LAST));
  expect(store.days).toHaveLength(41);
});
