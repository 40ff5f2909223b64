import { REFERENCE } from '../protections.ts';
import { daysOfRuns, patternOf } from '../values/days-of-runs.ts';
import { calendarCycleEnd, cycleEnd, type Schedule } from '../values/schedule.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Hourly runs in a whole cycle of the calendar: more take too long to be followed one by one. */
const MOST_STARTS = 24 * 366 * 33;

/** A row's runs, each of which may take up to its deadline. */
export interface Runs {
  readonly schedule: Schedule;
  readonly deadlineSeconds: number;
}

/** How many starts of a row fall into the time of another row's run. */
export type Refused = 'none' | 'some' | 'all';

interface SureStarts {
  /** Of each row, in milliseconds since 1970. */
  readonly sure: readonly (readonly number[])[];
  /** Of each row: which of its starts are not sure. */
  readonly refused: readonly Refused[];
}

/**
 * The starts of several rows of one source that are sure to be runs, over a cycle of the calendar. A source has one run
 * at a time, so a start is refused while a run of a row that goes first may still be at work.
 * @param rows what comes first goes first
 * @returns undefined where there are too many to follow
 */
export function sureStarts(rows: readonly Runs[]): SureStarts | undefined {
  const from = REFERENCE.getTime();
  const ends = rows.map(({ schedule }) => cycleEnd(schedule, REFERENCE));
  // One that depends on the calendar makes all of them do.
  const to = new Set(ends).size === 1 ? Math.max(...ends) : calendarCycleEnd(REFERENCE);
  const perDay = rows.reduce((sum, row) => sum + patternOf(row.schedule.cron).minutes.length, 0);
  if (perDay * ((to - from) / DAY) > MOST_STARTS) return undefined;
  const all = rows.map(({ schedule }) => startsBetween(schedule, from, to));
  const sure = all.map((starts, index) =>
    rows
      .slice(0, index)
      .reduce(
        (left, busy, row) => outside(left, all[row] ?? [], busy.deadlineSeconds * 1000),
        starts,
      ),
  );
  return {
    sure,
    refused: all.map(({ length }, index): Refused => {
      const left = sure[index]?.length ?? 0;
      return left === length ? 'none' : left === 0 ? 'all' : 'some';
    }),
  };
}

function startsBetween(schedule: Schedule, from: number, to: number): number[] {
  const starts: number[] = [];
  for (const { midnight, minutes } of daysOfRuns(schedule, from, to)) {
    for (const minute of minutes) starts.push(midnight + minute * MINUTE);
  }
  return starts;
}

/** Those of the starts at which nothing that began at `busy` can still be going on. All ascend. */
function outside(starts: readonly number[], busy: readonly number[], forMs: number): number[] {
  let next = 0;
  return starts.filter((start) => {
    while (next < busy.length && (busy[next] ?? 0) <= start) next += 1;
    const last = busy[next - 1];
    return last === undefined || start >= last + forMs;
  });
}
