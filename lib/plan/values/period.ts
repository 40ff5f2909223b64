import type { Tier } from './retention.ts';

export type WeekStart = 'sunday' | 'monday';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Start of the tier's period (hour, day, week, month or year, in UTC) that a moment lies in, in milliseconds
 * since 1970. Two moments belong to one period exactly when the starts are equal.
 */
export function periodStart(tier: Tier, at: Date, weekStartsOn: WeekStart): number {
  const midnight = Math.floor(at.getTime() / DAY) * DAY;
  switch (tier) {
    case 'hourly':
      return Math.floor(at.getTime() / HOUR) * HOUR;
    case 'daily':
      return midnight;
    case 'weekly': {
      const daysIn = (at.getUTCDay() + (weekStartsOn === 'monday' ? 6 : 0)) % 7;
      return midnight - daysIn * DAY;
    }
    case 'monthly':
      return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1);
    case 'yearly':
      return Date.UTC(at.getUTCFullYear(), 0, 1);
  }
}
