import { z } from 'zod';

/**
 * A length of time as a person writes it: a whole number and a unit.
 * `90s`, `15m`, `24h`, `30d`, `4w`, `12mo`, `7y`. Compound forms (`1h30m`) are not accepted.
 */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd' | 'w' | 'mo' | 'y'}`;

const PATTERN = /^([1-9]\d{0,5})(s|m|h|d|w|mo|y)$/;

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;

export const SECONDS_PER_DAY = SECONDS.d;
export const MS_PER_DAY = SECONDS_PER_DAY * 1000;

const NOT_A_DURATION = {
  error: (issue: { input?: unknown }) =>
    `${JSON.stringify(issue.input)} is not a duration; write a whole number and a unit, such as '60s', '15m', '24h', '30d', '12w', '12mo' or '7y'`,
};

export const durationSchema = z
  .templateLiteral([z.number(), z.enum(['s', 'm', 'h', 'd', 'w', 'mo', 'y'])], NOT_A_DURATION)
  .refine((text) => PATTERN.test(text), NOT_A_DURATION);

/**
 * Seconds in a duration. Months and years have no fixed length: they count as the longest that the
 * calendar makes them, so that a promise of `1y` (366 days) or `7y` (2557 days) is never cut short.
 */
export function seconds(duration: Duration): number {
  const [, count, unit] = PATTERN.exec(duration) ?? [];
  if (count === undefined || unit === undefined) {
    throw new TypeError(`not a duration: ${JSON.stringify(duration)}`);
  }
  const n = Number(count);
  if (unit === 'mo') return longestMonths(n) * SECONDS_PER_DAY;
  if (unit === 'y') return longestMonths(n * 12) * SECONDS_PER_DAY;
  return n * SECONDS[unit as keyof typeof SECONDS];
}

/** Whole days that cover the duration: S3 lifecycle and AWS Backup count in days. */
export function days(duration: Duration): number {
  return Math.ceil(seconds(duration) / SECONDS_PER_DAY);
}

/** The greatest number of days that `count` consecutive calendar months can have. */
function longestMonths(count: number): number {
  // The calendar repeats after 400 years, and a Date does not reach as far as a duration may.
  const cycles = Math.floor(count / 4800);
  if (cycles > 0) return cycles * 146_097 + longestMonths(count % 4800);
  let longest = 0;
  // Month lengths repeat every four years between 1901 and 2099.
  for (let start = 0; start < 48; start++) {
    const from = Date.UTC(2024, start, 1);
    const to = Date.UTC(2024, start + count, 1);
    longest = Math.max(longest, Math.round((to - from) / MS_PER_DAY));
  }
  return longest;
}

/** `5400` → `1 h 30 min`. For people; never parsed. */
export function formatSeconds(total: number): string {
  if (!Number.isFinite(total)) return 'for ever';
  if (total > 0 && total < 1) return `${Math.round(total * 1000)} ms`;
  const units: [number, string][] = [
    [SECONDS.d, 'd'],
    [SECONDS.h, 'h'],
    [SECONDS.m, 'min'],
    [1, 's'],
  ];
  const parts: string[] = [];
  let rest = Math.round(total);
  for (const [size, name] of units) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n > 0) parts.push(`${n} ${name}`);
    if (parts.length === 2) break;
  }
  return parts.join(' ') || '0 s';
}
