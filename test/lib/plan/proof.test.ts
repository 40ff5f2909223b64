import fc from 'fast-check';
import { compile } from '../../../lib/plan/compile.ts';
import type { CompiledSource } from '../../../lib/plan/compiled.ts';
import { full, wal } from '../../../lib/plan/language.ts';
import { plan, type Source, source } from './example.ts';
import { contradictions } from './simulation/claims.ts';
import { oneFailure, seeds, sources } from './simulation/random-rows.ts';

/** More of them run as an integration test. */
const SOME = { numRuns: 25, seed: 1 };

describe('a simulated year never contradicts what is claimed', () => {
  test('of random rows', () => {
    fc.assert(
      fc.property(sources, seeds, (rows, seed) => {
        expect(contradictions(rows, seed)).toEqual([]);
      }),
      SOME,
    );
  });

  test('of random rows with one failed run', () => {
    fc.assert(
      fc.property(sources, seeds, oneFailure, (rows, seed, failing) => {
        expect(contradictions(rows, seed, failing)).toEqual([]);
      }),
      SOME,
    );
  });
});

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
