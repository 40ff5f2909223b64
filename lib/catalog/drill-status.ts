import type { CompiledSource } from '../plan/compiled.ts';
import { SECONDS_PER_DAY } from '../plan/values/duration.ts';
import { longestGap } from '../plan/values/schedule.ts';
import type { BackupKind } from './manifest.ts';
import type { DrillRun, RunRecord } from './run-record.ts';

export interface DrillStatus {
  /** Start of the newest drill that succeeded. */
  readonly newest: string | null;
  readonly ageSeconds: number | null;
  /** Older than the plan's cadence allows, or never. */
  readonly overdue: boolean;
  /** Of the newest drill, and of the newest of a dump; null = they succeeded, or there is none. */
  readonly error: string | null;
}

/** It runs on a cadence of its own, for hours: it may be a day late. */
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
    error: newestOfEachWay(drills).find(({ error }) => error !== null)?.error ?? null,
  };
}

/** A dump that loads says nothing about base backups, nor they about it. The newest drill first. */
function newestOfEachWay(drills: readonly DrillRun[]): DrillRun[] {
  const ofDump = ({ backup }: DrillRun): boolean => backup?.includes(`-${DUMP}-`) ?? false;
  const ways = [drills.findLast(ofDump), drills.findLast((drill) => !ofDump(drill))];
  return ways
    .filter((drill) => drill !== undefined)
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}

/** In the id of a backup, its kind. */
const DUMP = 'logical' satisfies BackupKind;
