import { isOfDump } from '../catalog/drill-status.ts';
import { claimStore, isOf, listRuns, readRunRecords } from '../catalog/reader.ts';
import type { DrillRun, VerifyRun } from '../catalog/run-record.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { MS_PER_DAY } from '../plan/values/duration.ts';
import type { ObjectStore } from '../stores/store.ts';
import type { Audit } from './model.ts';
import type { Newest } from './overview.ts';

/** An audit looks back over a year. */
const DAYS = 366;

interface Records {
  /** Every one of the last year, newest first. */
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
  const from = new Date(now.getTime() - DAYS * MS_PER_DAY);
  const records = await Promise.all(
    compiled.sources.map(async ({ name }) => {
      const keys = await listRuns(store, name, { from, to: now });
      const newest = keys.filter((key) => isOf(key, 'verify')).slice(-1);
      return readRunRecords(store, [...newest, ...keys.filter((key) => isOf(key, 'drill'))]);
    }),
  );
  const runs = records.flat();
  return {
    drills: runs
      .flatMap((run) => (run.action === 'drill' ? [drillOf(run)] : []))
      .sort((a, b) => Date.parse(b.at) - Date.parse(a.at)),
    verified: new Map(
      runs.flatMap((run) => (run.action === 'verify' ? [[run.source, newestOf(run)]] : [])),
    ),
  };
}

function drillOf(run: DrillRun): Audit['drills'][number] {
  const { source, startedAt, outcome, target, rpoSeconds, rtoSeconds } = run;
  return {
    source,
    at: startedAt,
    outcome,
    rpoSeconds,
    // A base backup alone is back sooner than it is with the WAL that an emergency needs.
    rtoSeconds: target === 'backup' ? null : rtoSeconds,
    ...(isOfDump(run) && { ofDump: true }),
  };
}

function newestOf({ endedAt, backups, wal, outcome, error }: VerifyRun): Newest {
  const problems = [
    ...(outcome === 'failed' ? [error ?? 'it could not end'] : []),
    ...backups.flatMap((backup) => backup.problems.map((problem) => `${backup.id}: ${problem}`)),
    ...(wal?.problems ?? []),
  ];
  return { at: endedAt, problems };
}
