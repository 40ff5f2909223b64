import type { CompiledSource } from '../plan/compiled.ts';
import { hasDumpsBeside } from '../plan/proof-schedules.ts';
import { SECONDS_PER_DAY } from '../plan/values/duration.ts';
import { longestGap } from '../plan/values/schedule.ts';
import type { BackupKind } from './manifest.ts';
import type { DrillRun, RunRecord } from './run-record.ts';

export interface DrillStatus {
  /** Start of the newest drill that succeeded; of several ways back, of the one that was proven least recently. */
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
  source: CompiledSource,
  runs: readonly RunRecord[],
  now: Date,
): DrillStatus {
  const drills = runs.filter((run) => run.action === 'drill');
  const newest = leastRecent(waysBack(source).map((way) => lastPassed(drills, way)));
  const ageSeconds = newest === null ? null : (now.getTime() - Date.parse(newest)) / 1000;
  const allowed = drillAllowedSeconds(source.verify, now);
  return {
    newest,
    ageSeconds,
    overdue: allowed !== null && (ageSeconds ?? Infinity) > allowed,
    error: newestOfEachWay(drills).find(({ error }) => error !== null)?.error ?? null,
  };
}

/**
 * The newest drill that succeeded of what brings the source back first: its base backups, where there are some. What it
 * measured is held against the objectives. One backup alone is back sooner than with the log that an emergency needs.
 * @param runs oldest first
 */
export function measuringDrill(
  source: CompiledSource,
  runs: readonly RunRecord[],
): DrillRun | undefined {
  const drills = runs.filter((run) => run.action === 'drill').filter(isWhole);
  const [first] = waysBack(source);
  return first && lastPassed(drills, first);
}

type Way = (drill: DrillRun) => boolean;

const isWhole: Way = ({ target }) => target !== 'backup';

/** A dump that loads says nothing about base backups, nor they about it. */
export const isOfDump: Way = ({ backup }) => backup?.includes(`-${DUMP}-`) ?? false;
const isOfOthers: Way = (drill) => !isOfDump(drill);

/** Whether a restore begins with something else than a dump. */
export const hasOtherThanDumps = ({ protections }: Pick<CompiledSource, 'protections'>): boolean =>
  protections.some(({ kind, derived }) => derived && kind !== DUMP);

/** What drills have to prove, each by itself; the first is what a restore begins with. */
function waysBack(source: CompiledSource): Way[] {
  if (hasDumpsBeside(source)) return [isOfOthers, isOfDump];
  return [hasOtherThanDumps(source) ? isOfOthers : () => true];
}

const lastPassed = (drills: readonly DrillRun[], way: Way): DrillRun | undefined =>
  drills.findLast((drill) => drill.outcome === 'succeeded' && way(drill));

/** Null where one of them is missing. */
function leastRecent(drills: readonly (DrillRun | undefined)[]): string | null {
  const starts = drills.map((drill) => drill?.startedAt);
  return starts.includes(undefined) ? null : (starts.sort()[0] ?? null);
}

/** The newest drill first. */
function newestOfEachWay(drills: readonly DrillRun[]): DrillRun[] {
  return [drills.findLast(isOfDump), drills.findLast(isOfOthers)]
    .filter((drill) => drill !== undefined)
    .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1));
}

/** In the id of a backup, its kind. */
const DUMP = 'logical' satisfies BackupKind;
