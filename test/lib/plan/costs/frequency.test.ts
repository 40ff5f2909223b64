import { backupsPerDay } from '../../../../lib/plan/costs/frequency.ts';

const utc = (cron: string) => ({ cron, timezone: 'UTC' });
const rates = (...args: Parameters<typeof backupsPerDay>) =>
  Object.fromEntries(backupsPerDay(...args));

test('one tier takes every backup', () => {
  expect(rates(utc('0 3 * * *'), ['daily'], 'sunday')).toEqual({ daily: 1 });
  expect(rates(utc('*/15 * * * *'), ['hourly'], 'sunday')).toEqual({ hourly: 96 });
});

test('a backup is of its longest tier alone: 48 months, and the weeks and days that are left, in four years', () => {
  const daily = rates(utc('0 3 * * *'), ['daily', 'weekly', 'monthly'], 'sunday');
  expect(daily.monthly).toBeCloseTo(48 / 1461, 10);
  // A week whose first backup is the month's has no weekly one beside it.
  expect(daily.weekly).toBeLessThan(209 / 1461);
  expect(daily.weekly).toBeGreaterThan((209 - 48) / 1461 - 1e-9);
  expect((daily.daily ?? 0) + (daily.weekly ?? 0) + (daily.monthly ?? 0)).toBeCloseTo(1, 10);
});

test('each year has one yearly backup', () => {
  const { yearly } = rates(utc('0 3 * * *'), ['daily', 'yearly'], 'sunday');
  expect(yearly).toBeCloseTo(4 / 1461, 10);
});

test('a weekly schedule has no daily backups', () => {
  expect(rates(utc('0 2 * * 0'), ['weekly', 'monthly'], 'sunday').monthly).toBeCloseTo(
    48 / 1461,
    10,
  );
});
