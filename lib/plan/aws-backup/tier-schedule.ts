import { patternOf } from '../values/days-of-runs.ts';
import type { WeekStart } from '../values/period.ts';
import { TIERS, type Tier } from '../values/retention.ts';
import type { Schedule } from '../values/schedule.ts';

/** The first day of a tier's period, as the last three fields of cron. */
const FIRST_DAY: Readonly<Record<Tier, (weekStartsOn: WeekStart) => string>> = {
  hourly: () => '* * *',
  daily: () => '* * *',
  weekly: (weekStartsOn) => (weekStartsOn === 'sunday' ? '* * 0' : '* * 1'),
  monthly: () => '1 * *',
  yearly: () => '1 1 *',
};

/**
 * When the recovery point of a tier is taken. AWS Backup cannot decide by what it has, as a bucket's catalog does: each
 * tier is a rule with a schedule, and where rules start together it takes one backup, for the longest retention.
 *
 * @param own the tier that the row's schedule itself has
 * @returns undefined where no schedule gives the tier: a shorter one than the row's own, or one whose first day the row leaves out
 */
export function tierSchedule(
  row: Schedule,
  own: Tier,
  tier: Tier,
  weekStartsOn: WeekStart,
): Schedule | undefined {
  if (tier === own) return row;
  const [, , ...days] = row.cron.split(' ');
  if (TIERS.indexOf(tier) < TIERS.indexOf(own) || days.join(' ') !== '* * *') return undefined;
  const [first = 0] = patternOf(row.cron).minutes;
  const time = `${first % 60} ${Math.floor(first / 60)}`;
  return { cron: `${time} ${FIRST_DAY[tier](weekStartsOn)}`, timezone: row.timezone };
}
