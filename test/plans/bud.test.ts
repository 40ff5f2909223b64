import type { CompiledSource, Protection } from '../../lib/plan/compiled.ts';
import { ENVIRONMENT_RETENTION } from '../../lib/plan/environments.ts';
import type { Tier } from '../../lib/plan/values/retention.ts';
import plan from '../../plans/bud.ts';
import { classOf, expectCadence, expectFrequency, expectKept } from './guide-words.ts';
import { bud } from './guides/bud.ts';
import {
  exemptIn,
  expectExempt,
  expectSaid,
  expectStored,
  type Held,
  hold,
  rowOf,
  sourceOf,
} from './plan-words.ts';
import { expectSame, readLines, readTable, split, unnoticed } from './read-guide.ts';

/** Sources and rows of the plan, by the first column. */
const COMPONENTS = {
  PostgreSQL: { source: 'postgresql', kinds: ['full', 'wal'] },
  ClickHouse: { source: 'clickhouse', kinds: ['full'] },
  MongoDB: { source: 'mongodb', kinds: ['full'] },
  Redis: { source: 'redis', kinds: ['snapshot', 'aof'] },
  MinIO: { source: 'minio', kinds: ['replication'] },
  Kubernetes: { source: 'kubernetes', kinds: ['full'] },
  Secrets: { source: 'secrets', kinds: ['change'] },
} as const satisfies Record<string, { source: string; kinds: Protection['kind'][] }>;
type Component = (typeof COMPONENTS)[keyof typeof COMPONENTS];

/** What the second column calls a kind of row. */
const TYPES: Readonly<Record<string, Protection['kind']>> = {
  Full: 'full',
  WAL: 'wal',
  RDB: 'snapshot',
  AOF: 'aof',
  Replication: 'replication',
  Velero: 'full',
  Manual: 'change',
};

/** `Daily + Continuous` is about two rows. */
const parts = (cell: string): string[] => cell.split(' + ');

function problemsIn(held: Held, guide: typeof bud): string[] {
  const { compiled } = held;
  const rows = ({ source, kinds }: Component) => kinds.map((kind) => rowOf(held, source, kind));
  return [
    ...readTable<Component>(guide.summary, COMPONENTS, {
      Type: (cell, { source, kinds }) => {
        expectSame(
          'the kinds of rows',
          kinds,
          parts(cell).map((type) => TYPES[type]),
        );
        expectSame('rows', sourceOf(held, source).protections.length, kinds.length);
      },
      Frequency: (cell, component) => {
        expectSame('frequencies', rows(component).length, parts(cell).length);
        rows(component).forEach((row, index) => {
          expectFrequency(parts(cell)[index] ?? '', row);
        });
      },
      Retention: (cell, component) => expectRetention(held, cell, component),
      Location: (cell, { source }) => expectLocation(held, cell, source),
    }),
    ...readLines(guide.strategies, {
      '- < # minute data loss (RPO)': (minutes) => {
        const { objectives, proof } = sourceOf(held, 'postgresql');
        expectSame('the objective', objectives.rpoSeconds, minutes * 60);
        expectSame('a loss below it', proof.worstLossSeconds < minutes * 60, true);
      },
      '- pg_basebackup at #:# UTC': (hour, minute) =>
        expectFrequency(`Daily (${hour}:${minute} UTC)`, rowOf(held, 'postgresql', 'full')),
      '- mongodump with oplog': () => rowOf(held, 'mongodb', 'full'),
      '- Hourly snapshots': () => expectFrequency('Hourly', rowOf(held, 'redis', 'snapshot')),
      '- fsync every second': () =>
        expectSame('seconds between stores', rowOf(held, 'redis', 'aof').flushSeconds, 1),
      '- Continuous replication to DR region': () => expectLocation(held, 'DR Region', 'minio'),
      '- All namespaces': () => expectAllNamespaces(held),
      '- Export from Vault/Kubernetes': () => expectLocation(held, 'Vault', 'secrets'),
    }),
    ...compiled.sources.flatMap(({ verify }) =>
      readTable<keyof typeof verify>(
        guide.checklist,
        {
          'Backup exists': 'exists',
          'Backup size reasonable': 'size',
          'Checksum valid': 'checksums',
          'Restore to test env': 'restore',
          'Full restore test': 'fullRestore',
        },
        {
          Frequency: (cell, check) => expectCadence(cell, verify[check]),
          Automated: (cell, check) => expectAutomated(held, cell, check),
        },
      ),
    ),
    ...readTable(
      guide.retention,
      {
        'PostgreSQL Full': rowOf(held, 'postgresql', 'full'),
        'PostgreSQL WAL': rowOf(held, 'postgresql', 'wal'),
        ClickHouse: rowOf(held, 'clickhouse', 'full'),
        MongoDB: rowOf(held, 'mongodb', 'full'),
        'Redis RDB': rowOf(held, 'redis', 'snapshot'),
        Kubernetes: rowOf(held, 'kubernetes', 'full'),
      },
      {
        Daily: (cell, row) => expectCount(cell, row, 'daily', 'days'),
        Weekly: (cell, row) => expectCount(cell, row, 'weekly', 'weeks'),
        Monthly: (cell, row) => expectCount(cell, row, 'monthly', 'months'),
        Yearly: (cell, row) => expectCount(cell, row, 'yearly', 'years'),
      },
    ),
    ...readTable(
      guide.alerts,
      {
        'Backup Failed': compiled.alerts.failed,
        'Backup Missing': compiled.alerts.missing,
        'Backup Too Small': compiled.alerts.tooSmall,
        'Verification Failed': compiled.alerts.verificationFailed,
      },
      {
        Condition: (cell) => expectCondition(held, cell),
        Severity: (cell, { severity }) => expectSame('the severity', severity, cell.toLowerCase()),
      },
    ),
  ];
}

/** The guide promises PostgreSQL 30 days here and other counts below: the plan keeps the counts, and a finding says so. */
function expectRetention(held: Held, cell: string, { source, kinds }: Component): void {
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

function expectLocation(held: Held, cell: string, name: string): void {
  const check = LOCATIONS[cell];
  if (!check) throw new Error(`nobody knows where ${cell} is`);
  check(held, sourceOf(held, name));
}

function expectAllNamespaces(held: Held): void {
  const source = sourceOf(held, 'kubernetes');
  if (source.engine !== 'kubernetes') throw new Error(`${source.engine} has no namespaces`);
  expectSame('the namespaces', [source.settings.namespaces, source.settings.exclude], ['*', []]);
}

/** What is automated is a job; a drill is run by people in this release, and a finding says so. */
function expectAutomated(held: Held, cell: string, check: keyof CompiledSource['verify']): void {
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
function expectCount(cell: string, row: Protection, tier: Tier, unit: string): void {
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

function expectCondition(held: Held, cell: string): void {
  const { words, numbers } = split(cell);
  const check = CONDITIONS[words];
  if (!check) throw new Error(`nobody knows when ${cell} is`);
  check(held, numbers[0] ?? Number.NaN);
}

test.each(Object.keys(plan.environments))(
  'bud in %s keeps every cell of its guide',
  (environment) => {
    expect(problemsIn(hold(plan, environment), bud)).toEqual([]);
  },
);

test('no digit of the guide changes without being noticed', () => {
  const held = hold(plan, 'production');
  expect(unnoticed(bud, (guide) => problemsIn(held, guide))).toEqual([]);
});

test('what is exempt in production is what the guide contradicts itself in, and what has no job yet', () => {
  expect(exemptIn(hold(plan, 'production'))).toEqual([
    'TM207 sources.minio.protect.0',
    'TM309 sources.clickhouse.protect.0.keep',
    'TM309 sources.mongodb.protect.0.keep',
    'TM309 sources.redis.protect.0.keep',
    'TM507 sources.clickhouse',
    'TM507 sources.kubernetes',
    'TM507 sources.minio',
    'TM507 sources.mongodb',
    'TM507 sources.redis',
    'TM507 sources.secrets',
    'TM508 alerts.missing.after',
  ]);
});
