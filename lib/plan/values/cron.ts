import { CronPattern } from 'croner';
import { type Duration, seconds } from './duration.ts';
import { Memo } from './memo.ts';
import { nextRun } from './schedule.ts';
import { UTC } from './zone.ts';

const NAMES = 'JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT';
const FIELD = `(?:\\*|\\d+|${NAMES})(?:-(?:\\d+|${NAMES}))?(?:/\\d+)?`;
const FIVE_FIELDS = new RegExp(
  `^(?:${FIELD})(?:,${FIELD})*(?: (?:${FIELD})(?:,${FIELD})*){4}$`,
  'i',
);

/**
 * Says what is wrong with a cron expression, and after a semicolon what to write instead; undefined
 * when nothing is. Only what Kubernetes reads in the same way is accepted: five fields, no `L`, `W`, `#`
 * or `@daily`, Sunday as 0 (it refuses 7), and no `/1`, which it does not take for a restriction.
 */
export function cronProblem(cron: string): string | undefined {
  const found = JSON.stringify(cron);
  if (!FIVE_FIELDS.test(cron)) {
    return `${found} is not a cron schedule; write five fields (minute hour day-of-month month day-of-week), such as '0 3 * * *' for every day at 03:00`;
  }
  const weekdays = cron.split(' ')[4] ?? '';
  if (/(^|[,-])(7|0*7)(?=$|[,/-])/.test(weekdays) || /-sun/i.test(weekdays)) {
    return `${found} names Sunday as the end of a range or as 7, which Kubernetes refuses; write 0 or SUN, such as '0 3 * * 0'`;
  }
  if (/\/0*1(?!\d)/.test(cron)) {
    return `${found} has a step of 1, which schedulers read differently; write '*' or the range alone`;
  }
  try {
    new CronPattern(cron, undefined, { mode: '5-part' });
  } catch (cause) {
    const reason = (cause as Error).message.replace(/^CronPattern: /, '');
    return `${found} is not a cron schedule (${reason}); write five fields (minute hour day-of-month month day-of-week), such as '0 3 * * *' for every day at 03:00`;
  }
  if (nextRun({ cron, timezone: UTC }, SOME_DAY) === null) {
    return `${found} never starts: no year has such a day; write a day that exists, such as '0 3 28 2 *'`;
  }
  return undefined;
}

/** A day that exists comes within nine years of any other. */
const SOME_DAY = new Date('2026-01-01T00:00:00Z');

const known = new Memo<Intl.DateTimeFormat>(64);

/** Like `cronProblem`, for the name of a time zone. */
export function timezoneProblem(timezone: string): string | undefined {
  try {
    // Offsets such as '+02:00' are valid for Intl, but not for Kubernetes.
    if (/^[A-Za-z]/.test(timezone)) {
      known.get(timezone, () => new Intl.DateTimeFormat('en-US', { timeZone: timezone }));
      return undefined;
    }
  } catch {
    // Unknown zones are the ordinary case of this function.
  }
  return `${JSON.stringify(timezone)} is not a time zone; write an IANA name such as 'Europe/Berlin', or leave it out for UTC`;
}

/** `03:00` → every day at that time. */
export function dailyAt(time: string): string {
  const [hour, minute] = time.split(':');
  return `${Number(minute)} ${Number(hour)} * * *`;
}

/** The cron expression that starts at a fixed interval; undefined when cron cannot say it evenly. */
export function every(interval: Duration): string | undefined {
  const minutes = seconds(interval) / 60;
  if (minutes === 1) return '* * * * *';
  if (divides(minutes, 60)) return `*/${minutes} * * * *`;
  const hours = minutes / 60;
  if (hours === 1) return '0 * * * *';
  if (divides(hours, 24)) return `0 */${hours} * * *`;
  return hours === 24 ? '0 0 * * *' : undefined;
}

const divides = (part: number, whole: number): boolean =>
  Number.isInteger(part) && part < whole && whole % part === 0;
