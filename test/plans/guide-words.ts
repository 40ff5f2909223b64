import type { Protection } from '../../lib/plan/compiled.ts';
import { runs } from '../../lib/plan/values/schedule.ts';
import { expectSame, split } from './read-guide.ts';

const UNITS: Readonly<Record<string, number>> = {
  '# seconds': 1,
  '#m': 60,
  '# minute': 60,
  '# minutes': 60,
  '# hour': 3600,
  '# hours': 3600,
  '#h': 3600,
  '# days': 86_400,
  '# weeks': 604_800,
  // As long as the calendar makes them at most, in whole days.
  '# months': 30.4375 * 86_400,
  '# year': 365.25 * 86_400,
  '# years': 365.25 * 86_400,
};

/** `<4 hours` → 14,400. Months and years count as long as the calendar makes them. */
export function secondsIn(text: string): number {
  const { words, numbers } = split(text.replace(/^<\s*/, ''));
  const unit = UNITS[words];
  const [count] = numbers;
  if (unit === undefined || count === undefined) throw new Error(`nobody knows what ${text} means`);
  return unit * count;
}

/**
 * The class of what is kept so long: `30 days` → `30d`, `7 years` → `2557d`, `Forever` → `forever`.
 * @throws Error for a part of a day, because classes count whole days
 */
export function classOf(text: string): string {
  if (/^(Forever|Indefinite)$/.test(text)) return 'forever';
  const days = secondsIn(text) / 86_400;
  if (!/month|year/.test(text)) expectSame(`days in ${text}`, Math.ceil(days), days);
  return `${Math.ceil(days)}d`;
}

export function expectKept(text: string, { tiers, kind }: Protection): void {
  expectSame(
    `what ${kind} is kept as`,
    tiers.map((tier) => tier.class),
    [classOf(text)],
  );
}

/** Remembers the result for each schedule: a digit of a guide changes, a plan does not. */
function forSchedule<Result>(work: (row: Scheduled) => Result): (row: Scheduled) => Result {
  const results = new Map<string, Result>();
  return (row) => {
    const key = JSON.stringify(row.schedule);
    const result = results.get(key) ?? work(row);
    results.set(key, result);
    return result;
  };
}
type Scheduled = Pick<Protection, 'schedule'>;

/** Every start of the year 2028, which is a leap year. */
export const startsOf = forSchedule(({ schedule }) => {
  const from = new Date(Date.UTC(2028, 0, 1) - 1);
  const to = new Date(Date.UTC(2029, 0, 1) - 1);
  return schedule === null ? [] : [...runs(schedule, from, to)];
});

/** The different numbers of seconds between two starts. */
const gapsOf = forSchedule((row) => {
  const starts = startsOf(row).map((start) => start.getTime() / 1000);
  return [...new Set(starts.slice(1).map((start, index) => start - (starts[index] ?? 0)))];
});

const timesOf = forSchedule((row) => [
  ...new Set(startsOf(row).map((start) => `${start.getUTCHours()}:${start.getUTCMinutes()}`)),
]);

/** `Every 15 minutes` and the like: what all starts of a row have in common. */
const FREQUENCIES: Readonly<Record<string, (row: Protection, ...numbers: number[]) => void>> = {
  'Every # minutes': (row, count) => expectEvery(row, count * 60),
  'Every # hours': (row, count) => expectEvery(row, count * 3600),
  Hourly: (row) => expectEvery(row, 3600),
  Daily: (row) => expectEvery(row, 86_400),
  'Daily (#:# UTC)': (row, ...time) => expectDailyAt(row, time),
  'Daily at #:# UTC': (row, ...time) => expectDailyAt(row, time),
  'Daily at # AM': (row, hour) => expectDailyAt(row, [hour, 0]),
  Weekly: (row) => expectEvery(row, 604_800),
  Continuous: ({ schedule }) => expectSame('the schedule', schedule, null),
  'On change': (row) => {
    expectSame('the kind of row', row.kind, 'change');
    // What changed is stored within the hour.
    expectSame('looking hourly or more often', row.longestGapSeconds <= 3600, true);
  },
};

export function expectFrequency(text: string, row: Protection): void {
  const { words, numbers } = split(text);
  const check = FREQUENCIES[words];
  if (!check) throw new Error(`nobody knows when ${text} is`);
  check(row, ...numbers);
}

function expectEvery(row: Protection, seconds: number): void {
  expectSame('seconds between two starts', gapsOf(row), [seconds]);
}

function expectDailyAt(row: Protection, [hour = 0, minute = 0]: readonly number[]): void {
  expectEvery(row, 86_400);
  expectSame('the time of day', timesOf(row), [`${hour}:${minute}`]);
}

/** `Weekly` → every start of a proof's schedule is a week after the one before. */
const CADENCES: Readonly<Record<string, (starts: readonly Date[]) => boolean>> = {
  Daily: (starts) => starts.length === 366,
  Weekly: (starts) =>
    starts.every((start) => start.getUTCDay() === starts[0]?.getUTCDay()) && starts.length >= 52,
  Monthly: (starts) =>
    starts.map((start) => start.getUTCMonth()).join() === '0,1,2,3,4,5,6,7,8,9,10,11',
};

export function expectCadence(text: string, schedule: Protection['schedule']): void {
  const isKept = CADENCES[text];
  if (!isKept) throw new Error(`nobody knows how often ${text} is`);
  if (schedule === null) throw new Error(`the plan does not do ${text.toLowerCase()}`);
  expectSame(`${schedule.cron} as ${text}`, isKept(startsOf({ schedule })), true);
}
