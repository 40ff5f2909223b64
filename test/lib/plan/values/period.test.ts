import { periodStart } from '../../../../lib/plan/values/period.ts';
import { TIERS, type Tier } from '../../../../lib/plan/values/retention.ts';

// A Wednesday.
const AT = new Date('2026-11-18T03:45:10Z');

test.each<[Tier, string]>([
  ['hourly', '2026-11-18T03:00:00.000Z'],
  ['daily', '2026-11-18T00:00:00.000Z'],
  ['weekly', '2026-11-15T00:00:00.000Z'],
  ['monthly', '2026-11-01T00:00:00.000Z'],
  ['yearly', '2026-01-01T00:00:00.000Z'],
])('the %s period starts at %s', (tier, start) => {
  expect(new Date(periodStart(tier, AT, 'sunday')).toISOString()).toBe(start);
});

test('a week may start on Monday', () => {
  const monday = Date.parse('2026-11-16T00:00:00Z');
  expect(periodStart('weekly', AT, 'monday')).toBe(monday);
  expect(periodStart('weekly', new Date('2026-11-22T23:59:59Z'), 'monday')).toBe(monday);
  expect(periodStart('weekly', new Date('2026-11-16T00:00:00Z'), 'monday')).toBe(monday);
});

test('a period starts in itself', () => {
  for (const tier of TIERS) {
    const start = periodStart(tier, AT, 'sunday');
    expect(periodStart(tier, new Date(start), 'sunday')).toBe(start);
  }
});
