import { CronPattern } from 'croner';
import { z } from 'zod';
import { UTC, zoneSegments } from './zone.ts';

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

/** The starts within one day of a wall clock. */
interface DayOfRuns {
  /** The wall clock's midnight, milliseconds since 1970. */
  readonly midnight: number;
  /** How far the wall clock is ahead of UTC, in milliseconds. */
  readonly offset: number;
  /** Minutes after midnight, ascending; never empty. */
  readonly minutes: readonly number[];
}

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

interface Gaps {
  readonly longest: number;
  readonly shortest: number;
}

/**
 * The longest and the shortest time in seconds between two neighbouring starts, in a whole cycle of the calendar from
 * `from`: month ends, leap days and daylight saving included. Infinite for a schedule that never runs.
 */
export function gaps(schedule: Schedule, from: Date): Gaps {
  // Without a change of clocks, a schedule of every day is the same on any two of them.
  const same = schedule.timezone === UTC && schedule.cron.endsWith(' * * *');
  const to = new Date(from);
  if (same) to.setUTCDate(to.getUTCDate() + 3);
  else to.setUTCFullYear(to.getUTCFullYear() + CYCLE_YEARS);
  return gapsBetween(daysOfRuns(schedule, from.getTime(), to.getTime()));
}

export const longestGap = (schedule: Schedule, from: Date): number => gaps(schedule, from).longest;

export const shortestGap = (schedule: Schedule, from: Date): number =>
  gaps(schedule, from).shortest;

function gapsBetween(days: Iterable<DayOfRuns>): Gaps {
  let longest = 0;
  let shortest = Number.POSITIVE_INFINITY;
  let previous: number | undefined;
  let measured: readonly number[] | undefined;
  for (const { midnight, minutes } of days) {
    // Nearly every day has the same starts: the gaps inside of it are measured once.
    const inside = measured === minutes ? minutes.slice(-1) : minutes;
    if (measured === minutes && previous !== undefined) {
      const overnight = midnight + (minutes[0] ?? 0) * MINUTE - previous;
      longest = Math.max(longest, overnight);
      shortest = Math.min(shortest, overnight);
      previous = undefined;
    }
    for (const minute of inside) {
      const at = midnight + minute * MINUTE;
      if (previous !== undefined) {
        longest = Math.max(longest, at - previous);
        shortest = Math.min(shortest, at - previous);
      }
      previous = at;
    }
    measured = minutes;
  }
  return longest === 0
    ? { longest: Number.POSITIVE_INFINITY, shortest: Number.POSITIVE_INFINITY }
    : { longest: longest / 1000, shortest: shortest / 1000 };
}

/**
 * A start is every minute whose wall clock matches, as Kubernetes reads a schedule: a time that a change
 * of clocks leaves out does not run, one that comes twice runs twice.
 */
function* daysOfRuns(schedule: Schedule, from: number, to: number): Generator<DayOfRuns> {
  const { matches, minutes } = pattern(schedule.cron);
  for (const segment of zoneSegments(schedule.timezone, from, to)) {
    const begin = segment.from + segment.offset;
    const end = segment.to + segment.offset;
    for (let day = Math.floor(begin / DAY) * DAY; day < end; day += DAY) {
      if (!matches(new Date(day))) continue;
      const whole = begin <= day && day + DAY <= end;
      const inside = whole
        ? minutes
        : minutes.filter((minute) => {
            const at = day + minute * MINUTE;
            return begin <= at && at < end;
          });
      if (inside.length > 0) {
        yield { midnight: day - segment.offset, offset: segment.offset, minutes: inside };
      }
    }
  }
}

/** Which days match, and at which minutes of such a day. */
function pattern(cron: string): { matches: (day: Date) => boolean; minutes: number[] } {
  const parsed = new CronPattern(cron, undefined, { mode: '5-part' });
  const set = (field: number[]): number[] => field.flatMap((on, index) => (on ? [index] : []));
  const minutes = set(parsed.hour).flatMap((h) => set(parsed.minute).map((m) => h * 60 + m));
  const matches = (day: Date): boolean => {
    if (!parsed.month[day.getUTCMonth()]) return false;
    const date = Boolean(parsed.day[day.getUTCDate() - 1]);
    const weekday = Boolean(parsed.dayOfWeek[day.getUTCDay()]);
    if (parsed.starDOW) return date;
    if (parsed.starDOM) return weekday;
    // Where both are restricted, cron means either.
    return date || weekday;
  };
  return { matches, minutes };
}
