import { Cron } from 'croner';
import { z } from 'zod';

/** A five-field cron expression with the time zone it is read in (an IANA name). */
export const scheduleSchema = z.strictObject({
  cron: z.string(),
  timezone: z.string(),
});
export type Schedule = z.infer<typeof scheduleSchema>;

export const UTC = 'Etc/UTC';

/**
 * Checks a cron expression and returns the schedule. Only the five fields that Kubernetes also
 * understands are accepted: no seconds, no `L`, `W`, `#` or `@daily`.
 * @throws TypeError that says what was found and what to write instead
 */
export function schedule(cron: string, timezone: string = UTC): Schedule {
  if (!/^[\d*,/\-A-Za-z]+( [\d*,/\-A-Za-z]+){4}$/.test(cron)) {
    throw new TypeError(
      `${JSON.stringify(cron)} is not a cron schedule; write five fields (minute hour day-of-month month day-of-week), such as '0 3 * * *' for every day at 03:00`,
    );
  }
  try {
    new Cron(cron, {
      timezone: timezone === UTC ? 'UTC' : timezone,
      mode: '5-part',
      paused: true,
    }).nextRun();
  } catch (cause) {
    throw new TypeError(
      `${JSON.stringify(cron)} in time zone ${JSON.stringify(timezone)} is not a schedule (${(cause as Error).message}); write five fields and an IANA time zone, such as '0 3 * * *' and 'Europe/Berlin'`,
      { cause },
    );
  }
  return { cron, timezone };
}

/** Every start of the schedule in `(from, to]`. */
export function* runs(s: Schedule, from: Date, to: Date): Generator<Date> {
  const cron = new Cron(s.cron, { timezone: s.timezone, mode: '5-part', paused: true });
  let next = cron.nextRun(from);
  while (next && next <= to) {
    yield next;
    next = cron.nextRun(next);
  }
}

/** The first start after `after`; null if the schedule never runs again. */
export function nextRun(s: Schedule, after: Date): Date | null {
  return new Cron(s.cron, { timezone: s.timezone, mode: '5-part', paused: true }).nextRun(after);
}

/**
 * The longest time in seconds between two neighbouring starts in the two years from `from`,
 * computed from the runs themselves: month ends, leap days and daylight saving included.
 */
export function longestGap(s: Schedule, from: Date): number {
  const to = new Date(from);
  to.setUTCFullYear(to.getUTCFullYear() + 2);
  return gaps(s, from, to).longest;
}

/** The shortest time in seconds between two neighbouring starts in the two years from `from`. */
export function shortestGap(s: Schedule, from: Date): number {
  const to = new Date(from);
  to.setUTCFullYear(to.getUTCFullYear() + 2);
  return gaps(s, from, to).shortest;
}

function gaps(s: Schedule, from: Date, to: Date): { longest: number; shortest: number } {
  let previous: Date | undefined;
  let longest = 0;
  let shortest = Number.POSITIVE_INFINITY;
  for (const run of runs(s, from, to)) {
    if (previous) {
      const gap = (run.getTime() - previous.getTime()) / 1000;
      longest = Math.max(longest, gap);
      shortest = Math.min(shortest, gap);
    }
    previous = run;
  }
  return previous && longest > 0
    ? { longest, shortest }
    : { longest: Number.POSITIVE_INFINITY, shortest: Number.POSITIVE_INFINITY };
}
