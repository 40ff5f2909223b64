import fc from 'fast-check';
import { compile } from '../../../lib/plan/compile.ts';
import type { CompiledSource } from '../../../lib/plan/compiled.ts';
import { full, wal } from '../../../lib/plan/language.ts';
import { TIERS } from '../../../lib/plan/values/retention.ts';
import { plan, type Source, source } from './example.ts';
import { BackupYear } from './simulation.ts';

const DAY = 86_400_000;

function compiledSource(protect: Source['protect']): CompiledSource | undefined {
  const { compiled } = compile(
    plan({
      objectives: { rpo: '9y', rto: '1d' },
      sources: { database: source({ protect }) },
    }),
    'production',
  );
  return compiled?.sources[0];
}

const schedules = fc.constantFrom(
  '0 */6 * * *',
  '30 2,14 * * *',
  '0 3 * * *',
  '0 3 * * 1-5',
  '0 3 * * 0',
  '0 3 1,15 * *',
);
const hours = fc.integer({ min: 1, max: 6 });
const keepDays = fc.integer({ min: 1, max: 45 });

/** One retention, or rising ones for some of the tiers. */
const keeps = fc.oneof(
  keepDays.map((days) => `${days}d` as const),
  fc
    .tuple(
      fc.subarray([...TIERS], { minLength: 1 }),
      fc.array(keepDays, { minLength: 5, maxLength: 5 }),
    )
    .map(([tiers, days]) => {
      const rising = [...days].sort((a, b) => a - b);
      return Object.fromEntries(
        tiers.map((tier, index) => [tier, `${rising[index] ?? 45}d` as const]),
      );
    }),
);

const fulls = fc
  .tuple(schedules, hours, keeps)
  .map(([cron, within, keep]) => full({ cron, within: `${within}h`, keep }));
const wals = fc
  .tuple(fc.integer({ min: 1, max: 900 }), keepDays)
  .map(([flush, days]) => wal({ flush: `${flush}s`, keep: `${days}d` }));

/** Moments after the first two months, when everything has come into its rhythm. */
const moments = fc.array(
  fc.integer({ min: BackupYear.FROM + 62 * DAY, max: BackupYear.TO - DAY }),
  {
    minLength: 40,
    maxLength: 40,
  },
);
const seeds = fc.integer({ min: 1, max: 0x7fffffff });

/** A small reproducible source of chance (a linear congruential generator). */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x80000000;
  };
}

describe('in a simulated year', () => {
  test('no more is ever lost than the proof says', () => {
    const protects = fc.oneof(
      fulls.map((row) => [row]),
      fc.tuple(wals, fulls).map((rows) => [...rows]),
    );
    fc.assert(
      fc.property(protects, moments, seeds, (protect, times, seed) => {
        const compiled = compiledSource(protect);
        fc.pre(compiled !== undefined);
        const year = new BackupYear(compiled, chanceOf(seed));
        const losses = times.map(
          (now) => (now - (year.newestRestorable(now) ?? Number.NEGATIVE_INFINITY)) / 1000,
        );
        expect(Math.max(...losses)).toBeLessThanOrEqual(compiled.proof.worstLossSeconds);
      }),
      { numRuns: 50 },
    );
  });

  test('every moment of the window can be restored', () => {
    fc.assert(
      fc.property(wals, fulls, moments, seeds, (walRow, fullRow, times, seed) => {
        const compiled = compiledSource([walRow, fullRow]);
        fc.pre(compiled !== undefined);
        const year = new BackupYear(compiled, chanceOf(seed));
        const window = (compiled.proof.windowSeconds ?? 0) * 1000;
        const chance = chanceOf(seed + 1);
        const unreachable = times.filter(
          (now) =>
            !year.canRestore(now - window, now) || !year.canRestore(now - window * chance(), now),
        );
        expect(unreachable).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the proof', () => {
  const days = (n: number): number => n * 86_400;

  test.each<[string, Source['protect'], number | null]>([
    [
      'is limited by WAL',
      [wal({ flush: '60s', keep: '7d' }), full({ at: '03:00', keep: '30d' })],
      days(5) + 18 * 3600,
    ],
    [
      'is limited by the deadline of a job',
      [wal({ flush: '60s', keep: '7d' }), full({ at: '03:00', within: '10m', keep: '30d' })],
      days(6) - 600,
    ],
    [
      'is limited by bases',
      [wal({ flush: '60s', keep: '30d' }), full({ at: '03:00', within: '6h', keep: '7d' })],
      days(5) + 18 * 3600,
    ],
    [
      'uses the rarer bases of a longer tier',
      [
        wal({ flush: '60s', keep: '30d' }),
        full({ at: '03:00', within: '6h', keep: { daily: '3d', weekly: '60d' } }),
      ],
      days(30 - 7) - 6 * 3600,
    ],
    ['is empty without WAL', [full({ at: '03:00', keep: '30d' })], 0],
    [
      'has no end where everything is kept for ever',
      [wal({ flush: '60s', keep: 'forever' }), full({ at: '03:00', keep: 'forever' })],
      null,
    ],
  ])('of the window %s', (_, protect, windowSeconds) => {
    expect(compiledSource(protect)?.proof.windowSeconds).toBe(windowSeconds);
  });

  test('of the window is exact: a minute more can be out of reach', () => {
    const compiled = compiledSource([
      wal({ flush: '60s', keep: '7d' }),
      full({ at: '03:00', within: '6h', keep: '30d' }),
    ]);
    if (!compiled) throw new Error('the plan has errors');
    // The chance alternates: one base is instant, the next takes all of its time.
    let turn = 0;
    const year = new BackupYear(compiled, () => [0, 0.5][turn++ % 2] ?? 0);
    const window = (compiled.proof.windowSeconds ?? 0) * 1000;
    const reaches = (extra: number): boolean => {
      const end = BackupYear.FROM + 120 * DAY;
      for (let now = end; now < end + 3 * DAY; now += 30_000) {
        if (!year.canRestore(now - window - extra, now)) return false;
      }
      return true;
    };
    expect(reaches(0)).toBe(true);
    expect(reaches(60_000)).toBe(false);
  });

  test.each<[string, Source['protect'], number, string]>([
    ['WAL', [wal({ flush: '60s' }), full({ at: '03:00' })], 180, 'wal'],
    ['full backups alone', [full({ at: '03:00', within: '2h' })], 26 * 3600, 'full'],
    ['full backups on working days', [full({ cron: '0 3 * * 1-5' })], 78 * 3600, 'full'],
    [
      'backups that expire over a weekend',
      [full({ cron: '0 3 * * 1-5', within: '1h', keep: { daily: '1d', weekly: '8d' } })],
      days(7) + 3600,
      'full',
    ],
    [
      'full backups that a change of clocks skips',
      [full({ at: '02:30', timezone: 'Europe/Berlin', within: '1h' })],
      48 * 3600,
      'full',
    ],
  ])('of the loss with %s', (_, protect, worstLossSeconds, by) => {
    expect(compiledSource(protect)?.proof).toMatchObject({ worstLossSeconds, by });
  });
});
