import { z } from 'zod';
import { cronProblem, dailyAt, every, timezoneProblem } from './cron.ts';
import { type Duration, durationSchema } from './duration.ts';
import type { Schedule } from './schedule.ts';
import { UTC } from './zone.ts';

const AT = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Turns a function that names a problem into a check that reports it. */
const reports =
  (problem: (value: string) => string | undefined) =>
  (payload: z.core.ParsePayload<string>): void => {
    const message = problem(payload.value);
    if (message === undefined) return;
    payload.issues.push({
      code: 'custom',
      input: payload.value,
      message,
      params: { form: 'schedule' },
    });
  };

/** When the jobs of a row start: exactly one of `at`, `cron` and `every`. */
export const startsSchemas = {
  /** Time of day `HH:MM`, every day. */
  at: z
    .string()
    .check(
      reports((at) =>
        AT.test(at)
          ? undefined
          : `${JSON.stringify(at)} is not a time of day; write 'HH:MM', such as '03:00'`,
      ),
    )
    .optional(),
  /** Five-field cron expression. */
  cron: z.string().check(reports(cronProblem)).optional(),
  /** A fixed interval that divides an hour or a day evenly. */
  every: durationSchema
    .check((payload) => {
      // What is no duration is reported as that.
      if (payload.issues.length > 0 || every(payload.value) !== undefined) return;
      payload.issues.push({
        code: 'custom',
        input: payload.value,
        message: `cron cannot start a job every ${payload.value} evenly; write an interval that divides an hour or a day, such as '15m', '1h', '6h' or '24h', or a cron expression`,
        params: { form: 'schedule' },
      });
    })
    .optional(),
  /** IANA time zone of the schedule; UTC unless named. */
  timezone: z.string().check(reports(timezoneProblem)).optional(),
  /** The longest that one job may take; it is ended after that. Default: 6 h, or the time to the next start if that is shorter. */
  within: durationSchema.optional(),
};

interface Starts {
  readonly at?: string | undefined;
  readonly cron?: string | undefined;
  readonly every?: Duration | undefined;
  readonly timezone?: string | undefined;
}

const STARTS = ['at', 'cron', 'every'] as const;

const startsGiven = (starts: Starts): string[] => STARTS.filter((key) => starts[key] !== undefined);

export const hasOneStart = (starts: Starts): boolean => startsGiven(starts).length === 1;

/** Reported beside whatever else is wrong with the row. */
export const ONE_START = {
  error: (issue: { input?: unknown }) => {
    const found = startsGiven(issue.input as Starts);
    return `${found.length === 0 ? 'no start is' : `${found.join(' and ')} are`} given; write exactly one of at: '03:00', every: '6h' and cron: '0 3 * * *'`;
  },
  params: { form: 'schedule' },
  when: () => true,
};

/** The schedule of a row that passed the checks. */
export function startsSchedule(starts: Starts): Schedule {
  const cron =
    starts.cron ??
    (starts.at === undefined ? undefined : dailyAt(starts.at)) ??
    (starts.every === undefined ? undefined : every(starts.every));
  if (cron === undefined) throw new TypeError('a row without a start reached compilation');
  return { cron, timezone: starts.timezone ?? UTC };
}
