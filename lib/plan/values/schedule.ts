import { z } from 'zod';
import { daysOfRuns, patternOf } from './days-of-runs.ts';
import { Memo } from './memo.ts';
import { UTC } from './zone.ts';

/** A five-field cron expression with the time zone it is read in (an IANA name). */
export const scheduleSchema = z.strictObject({
  cron: z.string(),
  timezone: z.string(),
});
export type Schedule = z.infer<typeof scheduleSchema>;

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Weekdays and dates repeat after 28 years; the rest is room for the pause of the rarest schedule. */
const CYCLE_YEARS = 28 + 5;

/** Every start of the schedule in `(from, to]`. */
export function* runs(schedule: Schedule, from: Date, to: Date): Generator<Date> {
  for (const { midnight, minutes } of daysOfRuns(schedule, from.getTime() + 1, to.getTime() + 1)) {
    for (const minute of minutes) yield new Date(midnight + minute * MINUTE);
  }
}

/** Every start in `(from, to]` with the wall clock's reading at it, as if that were UTC. */
export function* wallRuns(
  schedule: Schedule,
  from: Date,
  to: Date,
): Generator<{ readonly at: number; readonly wall: Date }> {
  const days = daysOfRuns(schedule, from.getTime() + 1, to.getTime() + 1);
  for (const { midnight, offset, minutes } of days) {
    for (const minute of minutes) {
      const at = midnight + minute * MINUTE;
      yield { at, wall: new Date(at + offset) };
    }
  }
}

/** The first start after `after`; null if the schedule never runs again. */
export function nextRun(schedule: Schedule, after: Date): Date | null {
  // A schedule for 29 February may pause for eight years.
  const end = new Date(after.getTime() + 9 * 366 * DAY);
  return runs(schedule, after, end).next().value ?? null;
}

export interface Gaps {
  readonly longest: number;
  readonly shortest: number;
  /** From a start to the second one after it: the time without a backup when the one in between fails. */
  readonly longestOfTwo: number;
}

const NEVER: Gaps = {
  longest: Number.POSITIVE_INFINITY,
  shortest: Number.POSITIVE_INFINITY,
  longestOfTwo: Number.POSITIVE_INFINITY,
};

const known = new Memo<Gaps>(4096);

/**
 * The longest and the shortest time in seconds between neighbouring starts, in a whole cycle of the calendar from
 * `from`: month ends, leap days and daylight saving included. Infinite for a schedule that never runs.
 */
export function gaps(schedule: Schedule, from: Date): Gaps {
  const key = `${schedule.cron}|${schedule.timezone}|${from.getTime()}`;
  return known.get(key, () => gapsBetween(schedule, from.getTime(), cycleEnd(schedule, from)));
}

export const longestGap = (schedule: Schedule, from: Date): number => gaps(schedule, from).longest;

export const shortestGap = (schedule: Schedule, from: Date): number =>
  gaps(schedule, from).shortest;

/** The moment, in milliseconds since 1970, from which the schedule only repeats what it did since `from`. */
export function cycleEnd({ cron, timezone }: Schedule, from: Date): number {
  const to = new Date(from);
  // Without dates and changes of clocks, a week is like any other.
  if (timezone !== UTC || !/ \* \* \S+$/.test(cron)) return calendarCycleEnd(from);
  to.setUTCDate(to.getUTCDate() + 4 * 7);
  return to.getTime();
}

/** The same for whatever depends on dates, such as the first backups of months. */
export function calendarCycleEnd(from: Date): number {
  const to = new Date(from);
  return to.setUTCFullYear(to.getUTCFullYear() + CYCLE_YEARS);
}

function gapsBetween(schedule: Schedule, from: number, to: number): Gaps {
  const { minutes: wholeDay } = patternOf(schedule.cron);
  const meter = new GapMeter();
  // Nearly every day has the same starts: what lies between the first two and the last two is measured once.
  let measured = false;
  for (const { midnight, minutes } of daysOfRuns(schedule, from, to)) {
    const skip = measured && minutes === wholeDay && minutes.length > 4;
    for (let index = 0; index < minutes.length; index++) {
      if (skip && index === 2) {
        index = minutes.length - 2;
        meter.forget();
      }
      meter.start(midnight + (minutes[index] ?? 0) * MINUTE);
    }
    measured ||= minutes === wholeDay;
  }
  return meter.gaps();
}

/** Measures from start to start. */
class GapMeter {
  private longest = 0;
  private shortest = Number.POSITIVE_INFINITY;
  private longestOfTwo = 0;
  private last: number | undefined;
  private lastButOne: number | undefined;

  start(at: number): void {
    if (this.last !== undefined) {
      this.longest = Math.max(this.longest, at - this.last);
      this.shortest = Math.min(this.shortest, at - this.last);
    }
    if (this.lastButOne !== undefined) {
      this.longestOfTwo = Math.max(this.longestOfTwo, at - this.lastButOne);
    }
    this.lastButOne = this.last;
    this.last = at;
  }

  /** What comes next is not a neighbour of what came before. */
  forget(): void {
    this.last = undefined;
    this.lastButOne = undefined;
  }

  gaps(): Gaps {
    if (this.longest === 0) return NEVER;
    return {
      longest: this.longest / 1000,
      shortest: this.shortest / 1000,
      longestOfTwo: this.longestOfTwo === 0 ? NEVER.longestOfTwo : this.longestOfTwo / 1000,
    };
  }
}
