import type { Protection } from '../../lib/plan/compiled.ts';
import plan from '../../plans/sensei.ts';
import { classOf, expectCadence, expectFrequency, expectKept, secondsIn } from './guide-words.ts';
import { sensei } from './guides/sensei.ts';
import { exemptIn, expectExempt, hold, rowOf, sourceOf } from './plan-words.ts';
import { expectSame, readLines, readTable, unnoticed } from './read-guide.ts';
import { stepsOf } from './runbook.ts';

const production = hold(plan, 'production');
const [fullRestore] = production.compiled.recovery.phases;

/** The row that the first column names, and its source. */
const DATA = {
  PostgreSQL: { name: 'postgresql', kind: 'full' },
  Redis: { name: 'redis', kind: 'snapshot' },
  'Object Storage': { name: 'object-storage', kind: 'full' },
  'Vector Database': { name: 'vector-database', kind: 'full' },
  Configuration: { name: 'configuration', kind: 'change' },
  Secrets: { name: 'secrets', kind: 'change' },
} as const;
type Datum = (typeof DATA)[keyof typeof DATA];

const rowOfDatum = ({ name, kind }: Datum): Protection => rowOf(production, name, kind);

/** What matters most loses no more than the objective; the daily schedule of what matters less cannot, and a finding says so. */
function expectImportance(importance: string, { name }: Datum): void {
  const { objectives, proof } = sourceOf(production, name);
  const proven = { Critical: true, High: true, Medium: false }[importance];
  expectSame('proven', proof.worstLossSeconds <= objectives.rpoSeconds, proven);
  if (!proven) expectExempt(production, 'TM101', `objectives.rpo of ${name}`);
}

/** The first row is about everything in the other table; the second is about one source. */
const CUSTOMER_DATA = ['postgresql', 'redis', 'object-storage', 'vector-database'];
const SAAS = { 'All customer data': CUSTOMER_DATA, Certificates: ['certificates'] };

function expectPoint(cell: string, names: readonly string[]): void {
  for (const { objectives, proof } of names.map((name) => sourceOf(production, name))) {
    if (cell === 'N/A') {
      // The plan promises more: the hour of the others, and it is proven.
      expectSame('the objective', objectives.rpoSeconds, production.compiled.objectives.rpoSeconds);
      expectSame('proven', proof.worstLossSeconds <= objectives.rpoSeconds, true);
    } else {
      expectSame('the objective', objectives.rpoSeconds, secondsIn(cell));
    }
  }
}

/** `Immediate`: read from the bucket, with nothing to start. */
const expectRestoreTime = (cell: string, names: readonly string[]): void => {
  for (const name of names) {
    const { rtoSeconds } = sourceOf(production, name).objectives;
    expectSame('the recovery time', rtoSeconds, cell === 'Immediate' ? 60 : secondsIn(cell));
  }
};

/** Redis is kept shorter, as the other table says, and a finding says so. */
function expectSaasRetention(cell: string, names: readonly string[]): void {
  if (names.includes('certificates')) {
    expectKept(cell, rowOf(production, 'certificates', 'change'));
    return;
  }
  expectKept(cell, rowOf(production, 'postgresql', 'full'));
  expectKept(cell, rowOf(production, 'vector-database', 'full'));
  expectExempt(production, 'TM309', 'sources.redis.protect.0.keep');
}

const ENVIRONMENTS = Object.fromEntries(
  ['Development', 'Staging', 'Production', 'Compliance'].map((name) => [
    name,
    hold(plan, name.toLowerCase()),
  ]),
);

function problems(guide: typeof sensei): string[] {
  const { regions } = production.compiled;
  return [
    ...readTable<Datum>(guide.whatToBackUp, DATA, {
      Importance: expectImportance,
      Frequency: (cell, datum) => expectFrequency(cell, rowOfDatum(datum)),
      Retention: (cell, datum) => expectKept(cell, rowOfDatum(datum)),
    }),
    ...readTable(guide.saas, SAAS, {
      RPO: expectPoint,
      Retention: expectSaasRetention,
      'Restore Time': expectRestoreTime,
    }),
    ...readLines(guide.postgresql, {
      "schedule: '# * * * *' # Hourly": (minute) =>
        expectSame('the schedule', rowOfDatum(DATA.PostgreSQL).schedule?.cron, `${minute} * * * *`),
      'retention: #': (days) => expectKept(`${days} days`, rowOfDatum(DATA.PostgreSQL)),
      '# WAL archiving for PITR': () =>
        expectFrequency('Continuous', rowOf(production, 'postgresql', 'wal')),
    }),
    ...readLines(guide.redis, {
      "schedule: '# # * * *' # Daily": (minute, hour) =>
        expectSame(
          'the schedule',
          rowOfDatum(DATA.Redis).schedule?.cron,
          `${minute} ${hour} * * *`,
        ),
      'retention: #': (days) => expectKept(`${days} days`, rowOfDatum(DATA.Redis)),
    }),
    ...readLines(guide.objects, {
      'Enable cross-region replication:': () => rowOf(production, 'object-storage', 'replication'),
      'endpoint: s#.us-west-#.amazonaws.com': (...numbers) => {
        const { engine, settings } = sourceOf(production, 'object-storage');
        const region = engine === 'objects' ? settings.mirror?.region : undefined;
        expectSame('the region of the copy', region, regions.replica);
        expectSame('the endpoint', `s3.${region}`, `s${numbers[0]}.us-west-${numbers[1]}`);
      },
      'Or sync to backup location:': () => rowOf(production, 'object-storage', 'full'),
    }),
    ...readLines(guide.vectors, {
      '"include": ["MigrationPatterns"]': () => {
        const { engine, settings } = sourceOf(production, 'vector-database');
        const classes = engine === 'weaviate' ? settings.classes.include : undefined;
        expectSame('the classes', classes, ['MigrationPatterns']);
      },
    }),
    ...readLines(guide.automation, {
      // The guide's own table and settings say hourly, which the plan keeps.
      "schedule: '# */# * * *' # Every # hours": (...numbers) => {
        expectSame('the words', [0, 6, 6], numbers);
        expectFrequency('Hourly', rowOfDatum(DATA.PostgreSQL));
      },
    }),
    ...readLines(guide.fullRestore, stepsOf(fullRestore?.steps)),
    ...readLines(guide.verification, {
      '# Monthly backup verification': () =>
        production.compiled.sources.map(({ verify }) => expectCadence('Monthly', verify.restore)),
      '# Or restore to test environment': () =>
        production.compiled.sources.map(({ verify }) =>
          expectCadence('Monthly', verify.fullRestore),
        ),
    }),
    ...readTable(guide.retention, ENVIRONMENTS, {
      Database: (cell, held) => {
        expectKept(cell, rowOf(held, 'postgresql', 'full'));
        expectKept(cell, rowOf(held, 'postgresql', 'wal'));
        expectKept(cell, rowOf(held, 'vector-database', 'full'));
      },
      Objects: (cell, held) => {
        expectKept(cell, rowOf(held, 'object-storage', 'full'));
        expectKept(cell, rowOf(held, 'object-storage', 'replication'));
      },
      Logs: (cell, held) => {
        expectKept(cell, rowOf(held, 'archived-logs', 'full'));
        expectSame('our own logs', `${held.compiled.logDays}d`, classOf(cell));
      },
    }),
    ...readLines(guide.tiers, {
      // An example of the settings. In the table of the same section, each backup of 30 days is kept, which is more than
      // 7 days and 4 weeks; nothing in production is kept for 12 months.
      'daily: #': (days) => expectSame('the words', 7, days),
      'weekly: #': (weeks) => expectSame('the words', 4, weeks),
      'monthly: #': (months) => expectSame('the words', 12, months),
      'days: #': (days) => expectKept(`${days} days`, rowOfDatum(DATA['Object Storage'])),
    }),
  ];
}

test('sensei keeps every cell of its guide', () => {
  expect(problems(sensei)).toEqual([]);
});

test('no digit of the guide changes without being noticed', () => {
  expect(unnoticed(sensei, problems)).toEqual([]);
});

test('what is exempt is where the guide contradicts itself, and what has no job yet', () => {
  const everywhere = [
    'TM101 objectives.rpo of redis',
    'TM101 objectives.rpo of vector-database',
    ...[
      'archived-logs',
      'certificates',
      'configuration',
      'object-storage',
      'secrets',
      'vector-database',
    ].map((name) => `TM507 sources.${name}`),
  ];
  const shorter = 'TM309 sources.redis.protect.0.keep';
  for (const [name, held] of Object.entries(ENVIRONMENTS)) {
    const expected = name === 'Development' ? everywhere : [...everywhere, shorter];
    expect(exemptIn(held)).toEqual(expected.sort());
  }
});
