import { formatSeconds } from '../../../plan/values/duration.ts';
import { TIERS, type Tier } from '../../../plan/values/retention.ts';
import { type Lane, periodSeconds, type Step } from './reach.ts';

const DAYS_PER_YEAR = 365.25;

/** `30 days`, `for ever`. */
export const daysText = (days: number | null): string =>
  days === null ? 'for ever' : plural(days, 'day');

/** `7 years` for the days of whole years, else null. */
export function yearsText(days: number | null): string | null {
  const years = Math.round((days ?? 0) / DAYS_PER_YEAR);
  // Years are promised by the longest that the calendar makes them: less than two days more than the average.
  const whole = days !== null && years > 0 && Math.abs(days - years * DAYS_PER_YEAR) < 2;
  return whole ? plural(years, 'year') : null;
}

/** `1 day`, `2 days`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}

/** What a row of the matrix is, as its plan says it: `full, monthly`. */
export function rowName({ kind, tier }: { kind: string; tier: Tier | null }): string {
  return tier === null ? kind : `${kind}, ${tier}`;
}

const EVERY: Readonly<Record<Tier, string>> = {
  hourly: 'every hour',
  daily: 'every day',
  weekly: 'every week',
  monthly: 'every month',
  yearly: 'every year',
};

/** How fine a lane is: `any moment`, `every 15 min`, `every day`. */
export function grainText({ grainSeconds, row: { tier, schedule } }: Lane): string {
  if (schedule === null) return 'any moment';
  // A change of clocks makes a day an hour longer: it is a day all the same.
  const fits = (period: number) => period <= grainSeconds && grainSeconds < period * 1.1;
  const period = [tier, ...TIERS].find((name) => name !== null && fits(periodSeconds(name)));
  return period ? EVERY[period] : `every ${formatSeconds(grainSeconds)}`;
}

/** What can be restored of an age: `any moment`, `every day`, `nothing`. */
export function shortText({ lane, fromSeconds, toSeconds }: Step): string {
  if (lane !== null) return grainText(lane);
  const newest = fromSeconds === 0 && toSeconds !== Number.POSITIVE_INFINITY;
  return newest ? 'not stored yet, at worst' : 'nothing';
}

/** `newest 1 min 30 s`, `up to 30 d`, `over 366 d`, `any`. */
export function ageText({ fromSeconds, toSeconds }: Step): string {
  if (toSeconds !== Number.POSITIVE_INFINITY) {
    return `${fromSeconds === 0 ? 'newest' : 'up to'} ${formatSeconds(toSeconds)}`;
  }
  return fromSeconds === 0 ? 'any' : `over ${formatSeconds(fromSeconds)}`;
}

/** As a sentence: `up to 30 d: a recovery point every day`. */
export function stepText(step: Step): string {
  const point = step.lane !== null && step.lane.grainSeconds > 0 ? 'a recovery point ' : '';
  return `${ageText(step)}: ${point}${shortText(step)}`;
}
