import { Cron } from 'croner';
import fc from 'fast-check';
import { cronProblem } from '../../../../lib/plan/values/cron.ts';
import {
  longestGap,
  nextRun,
  runs,
  type Schedule,
  shortestGap,
} from '../../../../lib/plan/values/schedule.ts';

const FROM = new Date('2026-01-01T00:00:00Z');
const DAY = 86_400;

const utc = (cron: string): Schedule => ({ cron, timezone: 'Etc/UTC' });
const starts = (schedule: Schedule, from: string, to: string): string[] =>
  [...runs(schedule, new Date(from), new Date(to))].map((start) => start.toISOString());

/** A field as a person writes it: a star, a value, a range, a step or a list. */
function field(min: number, max: number): fc.Arbitrary<string> {
  const value = fc.integer({ min, max });
  const range = fc.tuple(value, value).map((pair) => pair.sort((a, b) => a - b).join('-'));
  const step = fc.integer({ min: 2, max: Math.min(15, max) });
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant('*') },
    { weight: 2, arbitrary: value.map(String) },
    range,
    step.map((size) => `*/${size}`),
    fc.tuple(range, step).map(([text, size]) => `${text}/${size}`),
    fc.array(value, { minLength: 2, maxLength: 3 }).map((values) => values.join(',')),
  );
}

const crons = fc
  .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6))
  .map((fields) => fields.join(' '))
  .filter((cron) => cronProblem(cron) === undefined);

describe('runs', () => {
  test('agree with another reader of cron expressions', () => {
    fc.assert(
      fc.property(
        crons,
        fc.date({ min: FROM, max: new Date('2035-01-01'), noInvalidDate: true }),
        (cron, from) => {
          const other = new Cron(cron, { timezone: 'UTC', mode: '5-part', paused: true });
          const theirs = other.nextRuns(5, from);
          const last = theirs.at(-1) ?? from;
          expect([...runs(utc(cron), from, last)]).toEqual(theirs);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('exclude the beginning and include the end', () => {
    expect(starts(utc('0 3 * * *'), '2026-01-01T03:00:00Z', '2026-01-03T03:00:00Z')).toEqual([
      '2026-01-02T03:00:00.000Z',
      '2026-01-03T03:00:00.000Z',
    ]);
  });

  test('leave out a time that a change of clocks leaves out', () => {
    const berlin = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };
    expect(starts(berlin, '2026-03-28T00:00:00Z', '2026-03-31T00:00:00Z')).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
  });

  test('repeat a time that comes twice', () => {
    const berlin = { cron: '30 2 * * *', timezone: 'Europe/Berlin' };
    expect(starts(berlin, '2026-10-25T00:00:00Z', '2026-10-26T00:00:00Z')).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:30:00.000Z',
    ]);
  });

  test('read zones whose offset is no whole hour', () => {
    const kathmandu = { cron: '0 3 * * *', timezone: 'Asia/Kathmandu' };
    expect(starts(kathmandu, '2026-06-01T00:00:00Z', '2026-06-02T00:00:00Z')).toEqual([
      '2026-06-01T21:15:00.000Z',
    ]);
  });

  test('follow clocks that move by half an hour', () => {
    const lordHowe = { cron: '0 3 * * *', timezone: 'Australia/Lord_Howe' };
    expect(starts(lordHowe, '2026-10-03T00:00:00Z', '2026-10-05T00:00:00Z')).toEqual([
      '2026-10-03T16:00:00.000Z',
      '2026-10-04T16:00:00.000Z',
    ]);
  });
});

describe('nextRun', () => {
  test('finds a day that comes every four years', () => {
    expect(nextRun(utc('0 3 29 2 *'), FROM)).toEqual(new Date('2028-02-29T03:00:00Z'));
  });

  test('is null for a day that never comes', () => {
    expect(nextRun(utc('0 3 31 2 *'), FROM)).toBeNull();
  });
});

describe('gaps', () => {
  test.each<[string, number, number]>([
    ['* * * * *', 60, 60],
    ['*/15 * * * *', 900, 900],
    ['*/25 * * * *', 1500, 600],
    ['0 3 * * *', DAY, DAY],
    ['0 3 * * 0', 7 * DAY, 7 * DAY],
    ['0 3 * * 1-5', 3 * DAY, DAY],
    ['0 3 1 * *', 31 * DAY, 28 * DAY],
    ['0 3 31 * *', 61 * DAY, 31 * DAY],
    ['0 3 29 2 *', 1461 * DAY, 1461 * DAY],
    ['0 3 1 * 0', 7 * DAY, DAY],
    ['30 8,20 * * *', 12 * 3600, 12 * 3600],
    // The Sundays of March, whichever year: the last one may be the 25th and the next first one the 7th.
    ['0 0 * 3 0', 343 * DAY, 7 * DAY],
  ])('of %s', (cron, longest, shortest) => {
    expect(longestGap(utc(cron), FROM)).toBe(longest);
    expect(shortestGap(utc(cron), FROM)).toBe(shortest);
  });

  test('of a schedule that never runs are infinite', () => {
    expect(longestGap(utc('0 3 31 2 *'), FROM)).toBe(Number.POSITIVE_INFINITY);
    expect(shortestGap(utc('0 3 31 2 *'), FROM)).toBe(Number.POSITIVE_INFINITY);
  });

  test('equal those of the runs themselves', () => {
    const zones = fc.constantFrom('Etc/UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata');
    fc.assert(
      fc.property(crons, zones, (cron, timezone) => {
        const schedule = { cron, timezone };
        const all = [...runs(schedule, FROM, new Date('2028-01-01'))].map((run) => run.getTime());
        const gaps = all.slice(1).map((at, index) => (at - (all[index] ?? 0)) / 1000);
        // Two years are part of the cycle that is searched.
        expect(longestGap(schedule, FROM)).toBeGreaterThanOrEqual(
          gaps.reduce((a, b) => Math.max(a, b), 0),
        );
        expect(shortestGap(schedule, FROM)).toBeLessThanOrEqual(
          gaps.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
        );
        // Nothing shorter than two years is missed where every day runs.
        if (cron.endsWith('* * *')) {
          expect(longestGap(schedule, FROM)).toBe(gaps.reduce((a, b) => Math.max(a, b), 0));
          expect(shortestGap(schedule, FROM)).toBe(
            gaps.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
          );
        }
      }),
      { numRuns: 30 },
    );
  });
});
