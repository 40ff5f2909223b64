import fc from 'fast-check';
import { chooseTier } from '../../../lib/catalog/tier.ts';
import { compile } from '../../../lib/plan/compile.ts';
import type { Protection } from '../../../lib/plan/compiled.ts';
import { full } from '../../../lib/plan/language.ts';
import { parseRetentionClass, type Tier } from '../../../lib/plan/values/retention.ts';
import { plan, source } from '../plan/example.ts';

const DAY = 86_400_000;
const FIRST = Date.UTC(2027, 0, 1);
const DAYS = 3 * 365 + 1;
/** Seven daily, four weekly, twelve monthly and one yearly: the counts of a common policy. */
const PROMISED = { daily: 7, weekly: 4, monthly: 12, yearly: 1 } as const;
type Counted = keyof typeof PROMISED;
const COUNTED = Object.keys(PROMISED) as Counted[];

const nightly = ((): Protection => {
  const { compiled, findings } = compile(
    plan({
      objectives: { rpo: '2d', rto: '1h' },
      sources: { database: source({ protect: [full({ at: '02:00', keep: PROMISED })] }) },
    }),
    'production',
  );
  const row = compiled?.sources[0]?.protections[0];
  if (!row) throw new Error(JSON.stringify(findings));
  return row;
})();

interface Point {
  readonly tier: Tier;
  readonly startedAt: string;
  readonly expiresAt: number;
}

/** Three years of nights; `failed` are the days whose backup did not succeed. */
function threeYears(failed: ReadonlySet<number>): Point[] {
  const points: Point[] = [];
  for (let day = 0; day < DAYS; day++) {
    if (failed.has(day)) continue;
    const at = new Date(FIRST + day * DAY + 2 * 3_600_000);
    const chosen = chooseTier(nightly, points.slice(-400), at, 'sunday');
    const keep = (parseRetentionClass(chosen.class).days ?? Number.POSITIVE_INFINITY) * DAY;
    points.push({
      tier: chosen.tier,
      startedAt: at.toISOString(),
      expiresAt: at.getTime() + keep,
    });
  }
  return points;
}

/** The start of the period that lies `back` periods before the one of `at`; by calendar, not by the code under test. */
function periodStart(tier: Counted, at: number, back: number): number {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (tier === 'yearly') return Date.UTC(year - back, 0, 1);
  if (tier === 'monthly') return Date.UTC(year, month - back, 1);
  if (tier === 'weekly') return Date.UTC(year, month, day - date.getUTCDay() - 7 * back);
  return Date.UTC(year, month, day - back);
}

/** The periods that a tier promises at a moment, newest first: `[from, to)`. */
const promisedPeriods = (tier: Counted, at: number): [number, number][] =>
  Array.from({ length: PROMISED[tier] }, (_, back) => [
    periodStart(tier, at, back),
    periodStart(tier, at, back - 1),
  ]);

const within = (points: readonly Point[], [from, to]: [number, number]): Point[] =>
  points.filter(({ startedAt }) => from <= Date.parse(startedAt) && Date.parse(startedAt) < to);

/** A noon of the third year, when everything has come into its rhythm, and in which a backup may be missing. */
const noons = Array.from({ length: 365 }, (_, day) => FIRST + (730 + day) * DAY + DAY / 2);

describe('three years of nightly backups', () => {
  test('without a failure hold exactly the promised counts on every day', () => {
    const points = threeYears(new Set());
    for (const noon of noons) {
      const now = points.filter(({ startedAt }) => Date.parse(startedAt) <= noon);
      const kept = now.filter(({ expiresAt }) => noon < expiresAt);
      const counts = COUNTED.map((tier) => [
        tier,
        promisedPeriods(tier, noon).filter((period) => within(kept, period).length > 0).length,
      ]);
      expect(Object.fromEntries(counts)).toEqual(PROMISED);
      // 7 nights, 3 more weeks, 11 more months; calendar months are up to a day longer than promised, weeks overlap months.
      expect(kept.length).toBeGreaterThanOrEqual(20);
      expect(kept.length).toBeLessThanOrEqual(7 + 4 + 12 + 1);
    }
  });

  test('with failures hold a recovery point of every promised period in which one succeeded', () => {
    const failures = fc
      .tuple(
        fc.array(fc.nat(DAYS - 1), { maxLength: 200 }),
        fc.array(fc.tuple(fc.nat(DAYS - 1), fc.integer({ min: 2, max: 40 })), { maxLength: 6 }),
      )
      .map(
        ([single, stretches]) =>
          new Set([
            ...single,
            ...stretches.flatMap(([from, length]) =>
              Array.from({ length }, (_, index) => from + index),
            ),
          ]),
      );
    fc.assert(
      fc.property(failures, (failed) => {
        const points = threeYears(failed);
        for (const noon of noons.filter((_, index) => index % 3 === 0)) {
          const taken = points.filter(({ startedAt }) => Date.parse(startedAt) <= noon);
          const kept = taken.filter(({ expiresAt }) => noon < expiresAt);
          for (const tier of COUNTED) {
            const periods = promisedPeriods(tier, noon);
            const succeeded = periods.map((period) => within(taken, period).length > 0);
            expect(periods.map((period) => within(kept, period).length > 0)).toEqual(succeeded);
          }
        }
      }),
      { numRuns: 4 },
    );
  });

  test('give the tier of a period to its first success', () => {
    const points = threeYears(new Set([31, 32, 59, 365, 366, 367]));
    const firsts = points.filter(({ tier }) => tier === 'monthly' || tier === 'yearly');
    const months = new Map<string, string>();
    for (const { startedAt } of points) {
      const month = startedAt.slice(0, 7);
      if (!months.has(month)) months.set(month, startedAt);
    }
    expect(firsts.map(({ startedAt }) => startedAt)).toEqual([...months.values()]);
    expect(
      firsts.filter(({ tier }) => tier === 'yearly').map(({ startedAt }) => startedAt),
    ).toEqual(['2027-01-01T02:00:00.000Z', '2028-01-04T02:00:00.000Z', '2029-01-01T02:00:00.000Z']);
  });
});
