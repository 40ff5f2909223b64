import type { CompiledSource, Protection } from '../../lib/plan/compiled.ts';
import { ENVIRONMENT_RETENTION } from '../../lib/plan/environments.ts';
import type { Tier } from '../../lib/plan/values/retention.ts';
import { classOf, expectKept } from './guide-words.ts';
import {
  expectExempt,
  expectSaid,
  expectStored,
  type Held,
  rowOf,
  sourceOf,
} from './plan-words.ts';
import { expectSame, split } from './read-guide.ts';

/** Sources and rows of the plan, by the first column. */
export const COMPONENTS = {
  PostgreSQL: { source: 'postgresql', kinds: ['full', 'wal'] },
  ClickHouse: { source: 'clickhouse', kinds: ['full'] },
  MongoDB: { source: 'mongodb', kinds: ['full'] },
  Redis: { source: 'redis', kinds: ['snapshot', 'aof'] },
  MinIO: { source: 'minio', kinds: ['replication'] },
  Kubernetes: { source: 'kubernetes', kinds: ['full'] },
  Secrets: { source: 'secrets', kinds: ['change'] },
} as const satisfies Record<string, { source: string; kinds: Protection['kind'][] }>;
export type Component = (typeof COMPONENTS)[keyof typeof COMPONENTS];

/** What the second column calls a kind of row. */
export const TYPES: Readonly<Record<string, Protection['kind']>> = {
  Full: 'full',
  WAL: 'wal',
  RDB: 'snapshot',
  AOF: 'aof',
  Replication: 'replication',
  Velero: 'full',
  Manual: 'change',
};

/** `Daily + Continuous` is about two rows. */
export const parts = (cell: string): string[] => cell.split(' + ');

/** The guide promises PostgreSQL 30 days here and other counts below: the plan keeps the counts, and a finding says so. */
export function expectRetention(held: Held, cell: string, { source, kinds }: Component): void {
  if (source !== 'postgresql') {
    for (const kind of kinds) expectKept(cell, rowOf(held, source, kind));
    return;
  }
  expectSame('the environment', ENVIRONMENT_RETENTION.production?.database, classOf(cell));
  // Only where it is the environment's retention does the table differ.
  if (held.compiled.environment === 'production')
    expectSaid(held, 'TM310', 'sources.postgresql.protect.0.keep');
}

/** What the last column means for a source. */
const LOCATIONS: Readonly<Record<string, (held: Held, source: CompiledSource) => void>> = {
  S3: expectStored,
  'DR Region': ({ compiled: { regions } }, { engine, settings }) =>
    expectSame(
      'the region of the copy',
      engine === 'objects' && settings.mirror?.region,
      regions.replica,
    ),
  Vault: (_, { engine, settings }) =>
    expectSame('the store', engine === 'secrets' && settings.store.kind, 'vault'),
};

export function expectLocation(held: Held, cell: string, name: string): void {
  const check = LOCATIONS[cell];
  if (!check) throw new Error(`nobody knows where ${cell} is`);
  check(held, sourceOf(held, name));
}

export function expectAllNamespaces(held: Held): void {
  const source = sourceOf(held, 'kubernetes');
  if (source.engine !== 'kubernetes') throw new Error(`${source.engine} has no namespaces`);
  expectSame('the namespaces', [source.settings.namespaces, source.settings.exclude], ['*', []]);
}

/** What is automated is a job; of engines without any, drills are run by people, and a finding says so. */
export function expectAutomated(
  held: Held,
  cell: string,
  check: keyof CompiledSource['verify'],
): void {
  const automated = {
    exists: 'Yes',
    size: 'Yes',
    checksums: 'Yes',
    restore: 'Yes',
    fullRestore: 'Partial',
  };
  expectSame('what the guide automates', automated[check], cell);
  if (check === 'restore' || check === 'fullRestore') expectSaid(held, 'TM506', 'verify.restore');
}

/** `12` backups of a tier, or `-`: none. What is taken more often than daily is kept for so many days. */
export function expectCount(cell: string, row: Protection, tier: Tier, unit: string): void {
  const [shortest] = row.tiers;
  const kept = tier === 'daily' ? shortest : row.tiers.find((entry) => entry.tier === tier);
  expectSame(`${tier} backups`, kept?.class, cell === '-' ? undefined : classOf(`${cell} ${unit}`));
}

/** What makes an alarm ring, by the words of the second column. */
const CONDITIONS: Readonly<Record<string, (held: Held, number: number) => void>> = {
  'Job exit code != #': ({ compiled: { alerts } }, code) =>
    expectSame('a failure, at once', [0, alerts.failed.forSeconds], [code, 0]),
  'No backup in #h': (held, hours) => {
    expectSame('the age', held.compiled.alerts.missing.afterSeconds, hours * 3600);
    // A daily backup that takes an hour is 25 hours old before the next one is there.
    expectExempt(held, 'TM508', 'alerts.missing.after');
  },
  'Size < #% of average': ({ compiled: { alerts } }, percent) =>
    expectSame('the share', alerts.tooSmall.below, percent / 100),
  'Integrity check failed': () => undefined,
};

export function expectCondition(held: Held, cell: string): void {
  const { words, numbers } = split(cell);
  const check = CONDITIONS[words];
  if (!check) throw new Error(`nobody knows when ${cell} is`);
  check(held, numbers[0] ?? Number.NaN);
}
