import fc from 'fast-check';
import {
  type Duration,
  days,
  durationSchema,
  formatSeconds,
  seconds,
} from '../../../../lib/plan/values/duration.ts';

describe('a duration', () => {
  test.each<[Duration, number]>([
    ['60s', 60],
    ['15m', 900],
    ['24h', 86_400],
    ['30d', 30 * 86_400],
    ['12w', 84 * 86_400],
    ['1mo', 31 * 86_400],
    ['2mo', 62 * 86_400],
    ['12mo', 366 * 86_400],
    ['1y', 366 * 86_400],
    ['4y', 1461 * 86_400],
    ['7y', 2557 * 86_400],
    ['400y', 146_097 * 86_400],
    ['999999y', (2499 * 146_097 + 399 * 365 + 97) * 86_400],
  ])('%s is %d seconds', (duration, expected) => {
    expect(seconds(duration)).toBe(expected);
  });

  test('in months is never shorter than the calendar makes it', () => {
    const start = fc.date({
      min: new Date('2000-01-01'),
      max: new Date('2090-12-31'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(start, fc.integer({ min: 1, max: 100 }), (from, months) => {
        // The first of the month: whole months are what is promised.
        const begin = Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), 1);
        const end = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1);
        expect(seconds(`${months}mo`)).toBeGreaterThanOrEqual((end - begin) / 1000);
      }),
    );
  });

  test('is rounded up to whole days', () => {
    expect([days('1s'), days('24h'), days('25h')]).toEqual([1, 1, 2]);
  });

  test.each(['', '1', 'm', '0d', '-1d', '1.5h', '1h30m', '1D', ' 1d', '5 minutes', 60, null])(
    '%j is refused',
    (text) => {
      expect(durationSchema.safeParse(text).error?.issues[0]?.message).toMatch(
        /is not a duration; write a whole number and a unit/,
      );
    },
  );
});

test.each([
  [0, '0 s'],
  [0.25, '250 ms'],
  [59, '59 s'],
  [5400, '1 h 30 min'],
  [86_400, '1 d'],
  [90_061, '1 d 1 h'],
  [Number.POSITIVE_INFINITY, 'for ever'],
])('%d seconds read %s', (total, text) => {
  expect(formatSeconds(total)).toBe(text);
});
