import { cronProblem, dailyAt, every, timezoneProblem } from '../../../../lib/plan/values/cron.ts';
import type { Duration } from '../../../../lib/plan/values/duration.ts';

describe('a cron expression', () => {
  test.each([
    '0 3 * * *',
    '*/15 * * * *',
    '0 3 * JAN-MAR,dec mon-fri',
    '5,35 0-6/2 1,15 * 0',
    '0 3 29 2 *',
  ])('%s is accepted', (cron) => {
    expect(cronProblem(cron)).toBeUndefined();
  });

  test.each([
    ['0 3 * *', /five fields/],
    ['0 0 3 * * *', /five fields/],
    ['0  3 * * *', /five fields/],
    ['', /five fields/],
    ['@daily', /five fields/],
    ['0 3 L * *', /five fields/],
    ['0 3 ? * *', /five fields/],
    ['0 3 * * 1#2', /five fields/],
    ['0 3 15W * *', /five fields/],
    ['60 3 * * *', /60/],
    ['0 3 0 * *', /day/],
    ['0 3 * 13 *', /13/],
    ['0 3 * * 5-1', /larger/],
    ['MON 3 * * *', /is not a cron schedule/],
    ['0 3 * * 7', /write 0 or SUN/],
    ['0 3 * * 1,7', /write 0 or SUN/],
    ['0 3 * * fri-sun', /write 0 or SUN/],
    ['0 3 * * */1', /step of 1/],
    ['0 3 31 2,4,6 *', /never starts/],
  ])('%j is refused', (cron, problem) => {
    expect(cronProblem(cron)).toMatch(problem);
  });
});

describe('a time zone', () => {
  test.each(['Etc/UTC', 'Europe/Berlin', 'America/Argentina/Ushuaia'])('%s is known', (zone) => {
    expect(timezoneProblem(zone)).toBeUndefined();
  });

  test.each(['Mars/Olympus', '', '+02:00', 'Berlin'])('%j is refused', (zone) => {
    expect(timezoneProblem(zone)).toMatch(/is not a time zone; write an IANA name/);
  });
});

test('a time of day becomes a daily schedule', () => {
  expect(dailyAt('03:05')).toBe('5 3 * * *');
});

test.each<[Duration, string | undefined]>([
  ['1m', '* * * * *'],
  ['15m', '*/15 * * * *'],
  ['900s', '*/15 * * * *'],
  ['60m', '0 * * * *'],
  ['1h', '0 * * * *'],
  ['6h', '0 */6 * * *'],
  ['24h', '0 0 * * *'],
  ['1d', '0 0 * * *'],
  ['7m', undefined],
  ['30s', undefined],
  ['90m', undefined],
  ['5h', undefined],
  ['36h', undefined],
  ['1w', undefined],
])('every %s is %p', (interval, cron) => {
  expect(every(interval)).toBe(cron);
});
