import { tierCron, tierSchedules } from '../../../../lib/engines/kubernetes/plan-tiers.ts';
import type { WeekStart } from '../../../../lib/plan/values/period.ts';
import { periodStart } from '../../../../lib/plan/values/period.ts';
import type { Tier } from '../../../../lib/plan/values/retention.ts';
import { runs } from '../../../../lib/plan/values/schedule.ts';

const FROM = new Date('2025-12-31T23:59:59Z');
const TO = new Date('2029-01-01T00:00:00Z');
const starts = (cron: string): number[] =>
  [...runs({ cron, timezone: 'Etc/UTC' }, FROM, TO)].map((at) => at.getTime());

/** The first start of each period, as the calendar has it and not as cron says it. */
function firsts(cron: string, tier: Tier, week: WeekStart): number[] {
  const seen = new Set<number>();
  return starts(cron).filter((at) => {
    const period = periodStart(tier, new Date(at), week);
    return !seen.has(period) && seen.add(period);
  });
}

/** The first period of the examined time began before it. */
const whole = (moments: number[], tier: Tier, week: WeekStart): number[] =>
  moments.filter((at) => periodStart(tier, new Date(at), week) >= FROM.getTime());

test.each<[string, Tier, WeekStart]>([
  ['0 5 * * *', 'weekly', 'sunday'],
  ['0 5 * * *', 'weekly', 'monday'],
  ['0 5 * * *', 'monthly', 'sunday'],
  ['30 23 * * *', 'yearly', 'monday'],
  ['*/15 * * * *', 'hourly', 'monday'],
  ['20,50 3,9 * * *', 'hourly', 'monday'],
  ['15 */6 * * *', 'daily', 'sunday'],
  ['15 */6 * * *', 'weekly', 'sunday'],
  ['15 */6 * * *', 'yearly', 'sunday'],
  ['0 5 * * 1-5', 'weekly', 'sunday'],
  ['0 5 * * TUE,SAT', 'weekly', 'monday'],
  ['0 5 * * 0,6', 'weekly', 'monday'],
  ['0 5 3,17 * *', 'monthly', 'monday'],
  ['0 5 10 * *', 'yearly', 'monday'],
  ['0 5 10 3,9 *', 'yearly', 'monday'],
])('%s starts each period of the %s tier where a week starts on %s', (cron, tier, week) => {
  const said = tierCron(cron, tier, week);
  expect(whole(starts(said ?? ''), tier, week)).toEqual(
    whole(firsts(cron, tier, week), tier, week),
  );
});

test.each<[string, Tier]>([
  ['0 5 * * 0', 'monthly'],
  ['0 5 * * 1-5', 'yearly'],
  ['0 5 1,15 * *', 'weekly'],
  ['0 5 1 * 0', 'monthly'],
])('%s has no cron expression for its %s tier', (cron, tier) => {
  expect(tierCron(cron, tier, 'sunday')).toBeUndefined();
});

test('the shortest tier is every start, and what cron cannot say is told', () => {
  const tiers = [
    { tier: 'yearly' as const, class: '7y' },
    { tier: 'weekly' as const, class: '30d' },
  ];
  expect(tierSchedules('0 5 * * 0', tiers, 'sunday')).toEqual({
    schedules: [{ tier: 'weekly', class: '30d', cron: '0 5 * * 0' }],
    unsaid: ['yearly'],
  });
});
