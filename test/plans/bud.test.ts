import plan from '../../plans/bud.ts';
import {
  COMPONENTS,
  type Component,
  expectAllNamespaces,
  expectAutomated,
  expectCondition,
  expectCount,
  expectLocation,
  expectRetention,
  parts,
  TYPES,
} from './bud-words.ts';
import { expectCadence, expectFrequency } from './guide-words.ts';
import { bud } from './guides/bud.ts';
import { exemptIn, type Held, hold, rowOf, sourceOf } from './plan-words.ts';
import { expectSame, readLines, readTable, unnoticed } from './read-guide.ts';

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
    'TM507 sources.minio',
    'TM507 sources.mongodb',
    'TM507 sources.secrets',
    'TM508 alerts.missing.after',
  ]);
});
