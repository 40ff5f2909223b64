import { claimStore, isOf, listRuns, readRunRecords } from '../catalog/reader.ts';
import type { VerifyRun } from '../catalog/run-record.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import type { ObjectStore } from '../stores/store.ts';
import type { Audit } from './model.ts';
import type { Newest } from './overview.ts';

const DAY_MS = 86_400_000;

/** An audit looks back over a year. */
const DAYS = 366;

interface Records {
  /** Run records have no drills yet, so that there are none. */
  readonly drills: Audit['drills'];
  /** The newest verification of each source; sources without one are left out. */
  readonly verified: ReadonlyMap<string, Newest>;
}

/**
 * What the store has on record about each source.
 * @throws ForeignStoreError where the store is another plan's or environment's
 */
export async function readRecords(
  store: ObjectStore,
  compiled: CompiledPlan,
  now: Date,
): Promise<Records> {
  await claimStore(store, compiled.plan, compiled.environment, { readOnly: true });
  const from = new Date(now.getTime() - DAYS * DAY_MS);
  const verified = await Promise.all(
    compiled.sources.map(async ({ name }): Promise<[string, Newest][]> => {
      const keys = await listRuns(store, name, { from, to: now });
      const newest = keys.filter((key) => isOf(key, 'verify')).slice(-1);
      const runs = await readRunRecords(store, newest);
      return runs.flatMap((run) => (run.action === 'verify' ? [[name, newestOf(run)]] : []));
    }),
  );
  return { drills: [], verified: new Map(verified.flat()) };
}

function newestOf({ endedAt, backups, wal, outcome, error }: VerifyRun): Newest {
  const problems = [
    ...(outcome === 'failed' ? [error ?? 'it could not end'] : []),
    ...backups.flatMap((backup) => backup.problems.map((problem) => `${backup.id}: ${problem}`)),
    ...(wal?.problems ?? []),
  ];
  return { at: endedAt, problems };
}
