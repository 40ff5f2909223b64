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

/**
 * So old may the newest drill that succeeded be; null where the plan asks for none.
 * @param from the longest gap of the cadence is looked for from here on
 */
export function drillAllowedSeconds(
  { restore, fullRestore }: CompiledSource['verify'],
  from: Date,
): number | null {
  // A drill restores everything, so that one serves both.
  const gaps = [restore, fullRestore].flatMap((schedule) =>
    schedule === null ? [] : [longestGap(schedule, from)],
  );
  return gaps.length === 0 ? null : Math.min(...gaps) + LATE_SECONDS;
}

/** @param runs oldest first */
export function drillStatus(
  { verify }: CompiledSource,
  runs: readonly RunRecord[],
  now: Date,
): DrillStatus {
  const drills = runs.filter((run) => run.action === 'drill');
  const newest = drills.findLast(({ outcome }) => outcome === 'succeeded')?.startedAt ?? null;
  const ageSeconds = newest === null ? null : (now.getTime() - Date.parse(newest)) / 1000;
  const allowed = drillAllowedSeconds(verify, now);
  return {
    newest,
    ageSeconds,
    overdue: allowed !== null && (ageSeconds ?? Infinity) > allowed,
    error: drills.at(-1)?.error ?? null,
  };
}
