import fc from 'fast-check';
import { TIERS } from '../../../../lib/plan/values/retention.ts';
import { gaps } from '../../../../lib/plan/values/schedule.ts';
import type { Continuous, Scheduled, TestRow } from './rows.ts';

const zones = fc.constantFrom(
  'Etc/UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
);
const crons = fc.constantFrom(
  '15 * * * *',
  '0 */6 * * *',
  '30 2,14 * * *',
  '30 2 * * *',
  '0 3 * * *',
  '0 1-5 * * *',
  '*/20 8-18 * * *',
  '0 3 * * 1-5',
  '30 1 * * 1-6',
  '0 3 * * 0',
  '0 2 1,15 * *',
  '0 3 1 * 3',
);
const days = fc.integer({ min: 1, max: 45 });

/** One retention, or rising ones for some of the tiers. */
const keeps = fc.oneof(
  days,
  fc
    .tuple(
      fc.subarray([...TIERS], { minLength: 1 }),
      fc.array(days, { minLength: TIERS.length, maxLength: TIERS.length }),
    )
    .map(([tiers, counts]) => {
      const rising = counts.toSorted((a, b) => a - b);
      return Object.fromEntries(tiers.map((tier, index) => [tier, rising[index] ?? 45]));
    }),
);

/** A row whose runs end before the next one starts, as the compiler demands. */
const scheduled = (kind: Scheduled['kind'], keep: fc.Arbitrary<Scheduled['keep']>) =>
  fc
    .tuple(crons, zones, fc.integer({ min: 1, max: 360 }), keep)
    .map(([cron, timezone, minutes, kept]): Scheduled => {
      const { shortest } = gaps({ cron, timezone }, new Date('2026-01-01T00:00:00Z'));
      return { kind, cron, timezone, withinMinutes: Math.min(minutes, shortest / 60), keep: kept };
    });

const continuous = (kind: Continuous['kind']) =>
  fc
    .tuple(fc.integer({ min: 1, max: 900 }), days)
    .map(([every, keep]): Continuous => ({ kind, every, keep }));

const point = (kind: Exclude<Scheduled['kind'], 'incremental'>) => scheduled(kind, keeps);
const incrementals = scheduled('incremental', days);

/** The rows of a source of any engine. */
export const sources: fc.Arbitrary<TestRow[]> = fc.oneof(
  ...(['full', 'snapshot', 'logical', 'change'] as const).map((kind) => fc.tuple(point(kind))),
  fc.tuple(point('full'), incrementals),
  fc.tuple(continuous('wal'), point('full')),
  fc.tuple(continuous('aof'), point('snapshot')),
  fc.tuple(continuous('oplog'), point('full')),
  fc.tuple(continuous('wal'), point('full'), incrementals),
  fc.tuple(point('full'), point('logical')),
  fc.tuple(point('full'), point('logical'), incrementals),
  fc.tuple(continuous('wal'), point('full'), point('logical')),
  fc.tuple(continuous('replication'), point('full')),
  fc.tuple(continuous('replication')),
);

/** Any one run of any row. */
export const oneFailure = fc.tuple(fc.nat(2), fc.nat(365)).map(
  ([failingRow, failingRun]) =>
    (row: number, run: number) =>
      row === failingRow && run === failingRun,
);

export const seeds = fc.integer({ min: 1, max: 0x7fffffff });

/** The same ones every time: what fails here fails everywhere. */
export const MANY = { numRuns: 1000, seed: 42 };

/** In milliseconds. */
export const MINUTES = 60_000;
