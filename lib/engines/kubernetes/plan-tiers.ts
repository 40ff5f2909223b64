import { patternOf } from '../../plan/values/days-of-runs.ts';
import type { WeekStart } from '../../plan/values/period.ts';
import { TIERS, type Tier } from '../../plan/values/retention.ts';

/**
 * The cron expression whose starts are the first of each period of a tier among those of `cron`; undefined where cron
 * cannot say it: "the first Sunday of a month" is a date and a weekday, which cron reads as either.
 * Velero keeps every backup of a Schedule equally long, so each tier of a row is a Schedule of its own.
 * @param cron what the row starts at, in UTC
 */
export function tierCron(cron: string, tier: Tier, weekStartsOn: WeekStart): string | undefined {
  const [, hour = '*', dates = '*', months = '*', weekdays = '*'] = cron.split(' ');
  const { days, minutes } = patternOf(cron);
  const first = minutes[0] ?? 0;
  if (tier === 'hourly') {
    // Starts in an hour are the same in every hour, so the first of them is the first of each.
    return [first % 60, hour, dates, months, weekdays].join(' ');
  }
  const time = `${first % 60} ${Math.floor(first / 60)}`;
  if (tier === 'daily') return `${time} ${dates} ${months} ${weekdays}`;
  if (days.either) return undefined;
  const date = days.dates.every(Boolean) ? undefined : days.dates.indexOf(true) + 1;
  const everyDay = days.weekdays.every(Boolean);
  if (tier === 'weekly') {
    if (date !== undefined) return undefined;
    const week = weekStartsOn === 'sunday' ? [0, 1, 2, 3, 4, 5, 6] : [1, 2, 3, 4, 5, 6, 0];
    return `${time} * ${months} ${week.find((day) => days.weekdays[day])}`;
  }
  if (!everyDay) return undefined;
  const month = tier === 'monthly' ? months : String(days.months.indexOf(true) + 1);
  return `${time} ${date ?? 1} ${month} *`;
}

/** One Schedule of Velero. */
export interface TierSchedule<C> {
  readonly tier: Tier;
  readonly class: C;
  /** Five fields, in UTC. */
  readonly cron: string;
}

/**
 * Schedules of a row, one for each tier, from short to long: every start of the row for the shortest, the first of each
 * period for the others. What cron cannot say is left out; `unsaid` tells which.
 */
export function tierSchedules<C>(
  cron: string,
  tiers: readonly { readonly tier: Tier | null; readonly class: C }[],
  weekStartsOn: WeekStart,
): { readonly schedules: readonly TierSchedule<C>[]; readonly unsaid: readonly Tier[] } {
  const kept = tiers
    .flatMap(({ tier, class: retention }) => (tier ? [{ tier, class: retention }] : []))
    .sort((a, b) => TIERS.indexOf(a.tier) - TIERS.indexOf(b.tier));
  const worked = kept.map((entry, index) => ({
    ...entry,
    cron: index === 0 ? cron : tierCron(cron, entry.tier, weekStartsOn),
  }));
  return {
    schedules: worked.flatMap((entry) =>
      entry.cron === undefined ? [] : [{ ...entry, cron: entry.cron }],
    ),
    unsaid: worked.filter((entry) => entry.cron === undefined).map(({ tier }) => tier),
  };
}
