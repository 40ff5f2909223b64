import { CronPattern } from 'croner';
import { Memo } from './memo.ts';
import type { Schedule } from './schedule.ts';
import { CHARTED, zoneSegments } from './zone.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** The starts within one day of a wall clock. */
export interface DayOfRuns {
  /** The wall clock's midnight, milliseconds since 1970. */
  readonly midnight: number;
  /** How far the wall clock is ahead of UTC, in milliseconds. */
  readonly offset: number;
  /** Minutes after midnight, ascending; never empty. The same array for all days that are whole. */
  readonly minutes: readonly number[];
}

/**
 * The days with starts in `[from, to)`, both in milliseconds since 1970. A start is every minute whose wall clock
 * matches, as Kubernetes reads a schedule: a time that a change of clocks leaves out does not run, one that comes
 * twice runs twice.
 */
export function* daysOfRuns(schedule: Schedule, from: number, to: number): Generator<DayOfRuns> {
  const { days, minutes } = patternOf(schedule.cron);
  const charted = CHARTED.from + DAY <= from && to <= CHARTED.to - DAY;
  const chart = charted ? chartOf(schedule.cron, days) : undefined;
  for (const segment of zoneSegments(schedule.timezone, from, to)) {
    const { offset } = segment;
    const begin = segment.from + offset;
    const end = segment.to + offset;
    const first = Math.floor(begin / DAY) * DAY;
    const matching = chart
      ? chart.subarray(...between(chart, first, end))
      : matchingDays(days, first, end);
    for (const day of matching) {
      const whole = begin <= day && day + DAY <= end;
      const inside = whole
        ? minutes
        : minutes.filter((minute) => {
            const at = day + minute * MINUTE;
            return begin <= at && at < end;
          });
      if (inside.length > 0) yield { midnight: day - offset, offset, minutes: inside };
    }
  }
}

/** Which days match. */
interface DayPattern {
  readonly months: readonly boolean[];
  readonly dates: readonly boolean[];
  readonly weekdays: readonly boolean[];
  /** Where both dates and weekdays are restricted, cron means either. */
  readonly either: boolean;
}

interface Pattern {
  readonly days: DayPattern;
  /** Minutes of a matching day, ascending. */
  readonly minutes: readonly number[];
}

const patterns = new Memo<Pattern>(4096);

export const patternOf = (cron: string): Pattern => patterns.get(cron, () => parse(cron));

function parse(cron: string): Pattern {
  const parsed = new CronPattern(cron, undefined, { mode: '5-part' });
  const set = (field: number[]): number[] => field.flatMap((on, index) => (on ? [index] : []));
  const minutesOfHour = set(parsed.minute);
  const all = (length: number): boolean[] => new Array<boolean>(length).fill(true);
  const { starDOM, starDOW } = parsed;
  return {
    days: {
      months: parsed.month.map(Boolean),
      // A star restricts nothing, so the other field alone decides.
      dates: starDOM ? all(31) : parsed.day.map(Boolean),
      weekdays: starDOW ? all(7) : parsed.dayOfWeek.map(Boolean),
      either: !starDOM && !starDOW,
    },
    minutes: set(parsed.hour).flatMap((hour) => minutesOfHour.map((minute) => hour * 60 + minute)),
  };
}

/** Of few combinations of dates and weekdays, which many schedules share. */
const charts = new Memo<Float64Array>(64);

const chartOf = (cron: string, days: DayPattern): Float64Array =>
  charts.get(cron.split(' ').slice(2).join(' '), () =>
    Float64Array.from(matchingDays(days, CHARTED.from, CHARTED.to)),
  );

/** Indices of the days in `[from, to)`. */
const between = (days: Float64Array, from: number, to: number): [number, number] => [
  firstFrom(days, from),
  firstFrom(days, to),
];

/** Index of the first day that is not before the moment. */
function firstFrom(days: Float64Array, moment: number): number {
  let low = 0;
  let high = days.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((days[middle] ?? 0) < moment) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Midnights of the matching days in `[from, to)`; counts the calendar on instead of asking for each day's date. */
function* matchingDays(pattern: DayPattern, from: number, to: number): Generator<number> {
  const { months, dates, weekdays, either } = pattern;
  const first = new Date(from);
  let year = first.getUTCFullYear();
  let month = first.getUTCMonth();
  let date = first.getUTCDate();
  let weekday = first.getUTCDay();
  let inMonth = daysInMonth(year, month);
  for (let day = from; day < to; day += DAY) {
    if (months[month]) {
      const byDate = dates[date - 1] ?? false;
      const byWeekday = weekdays[weekday] ?? false;
      if (either ? byDate || byWeekday : byDate && byWeekday) yield day;
    }
    weekday = weekday === 6 ? 0 : weekday + 1;
    date += 1;
    if (date <= inMonth) continue;
    date = 1;
    month += 1;
    if (month === 12) {
      month = 0;
      year += 1;
    }
    inMonth = daysInMonth(year, month);
  }
}

const daysInMonth = (year: number, month: number): number =>
  new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
