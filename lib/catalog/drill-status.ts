import type { CompiledSource } from '../plan/compiled.ts';
import { SECONDS_PER_DAY } from '../plan/values/duration.ts';
import { longestGap } from '../plan/values/schedule.ts';
import type { RunRecord } from './run-record.ts';

export interface DrillStatus {
  /** Start of the newest drill that succeeded. */
  readonly newest: string | null;
  readonly ageSeconds: number | null;
  /** Older than the plan's cadence allows, or never. */
  readonly overdue: boolean;
  /** Of the newest drill; null = it succeeded, or there is none. */
  readonly error: string | null;
}

/** People run it: they may be a day late. */
const LATE_SECONDS = SECONDS_PER_DAY;

/** @param runs oldest first */
export function drillStatus(
  { verify }: CompiledSource,
  runs: readonly RunRecord[],
  now: Date,
): DrillStatus {
  const drills = runs.filter((run) => run.action === 'drill');
  const newest = drills.findLast(({ outcome }) => outcome === 'succeeded')?.startedAt ?? null;
  const ageSeconds = newest === null ? null : (now.getTime() - Date.parse(newest)) / 1000;
  // A drill restores everything, so that one serves both.
  const gaps = [verify.restore, verify.fullRestore].flatMap((schedule) =>
    schedule === null ? [] : [longestGap(schedule, now)],
  );
  return {
    newest,
    ageSeconds,
    overdue: gaps.length > 0 && (ageSeconds ?? Infinity) > Math.min(...gaps) + LATE_SECONDS,
    error: drills.at(-1)?.error ?? null,
  };
}
