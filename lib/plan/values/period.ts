import type { Tier } from './retention.ts';

export type WeekStart = 'sunday' | 'monday';

/** Of each tier, where it has no fixed length the longest that the calendar makes it. */
export const PERIOD_DAYS: Readonly<Record<Tier, number>> = {
  hourly: 1 / 24,
  daily: 1,
  weekly: 7,
  monthly: 31,
  yearly: 366,
};

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Start of the tier's period (hour, day, week, month or year) that a moment lies in, in milliseconds since 1970. Two
 * moments belong to one period exactly when the starts are equal.
 * @param wall what the schedule's clock shows at the moment, as if that were UTC
 */
export function periodStart(tier: Tier, wall: Date, weekStartsOn: WeekStart): number {
  const midnight = Math.floor(wall.getTime() / DAY) * DAY;
  switch (tier) {
    case 'hourly':
      return Math.floor(wall.getTime() / HOUR) * HOUR;
    case 'daily':
      return midnight;
    case 'weekly': {
      const daysIn = (wall.getUTCDay() + (weekStartsOn === 'monday' ? 6 : 0)) % 7;
      return midnight - daysIn * DAY;
    }
    case 'monthly':
      return Date.UTC(wall.getUTCFullYear(), wall.getUTCMonth(), 1);
    case 'yearly':
      return Date.UTC(wall.getUTCFullYear(), 0, 1);
  }
}
