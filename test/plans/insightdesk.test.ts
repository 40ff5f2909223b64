import { chooseTier } from '../../lib/catalog/tier.ts';
import type { Protection } from '../../lib/plan/compiled.ts';
import type { Tier } from '../../lib/plan/values/retention.ts';
import plan from '../../plans/insightdesk.ts';
import { classOf, expectCadence, expectFrequency, secondsIn, startsOf } from './guide-words.ts';
import { insightdesk } from './guides/insightdesk.ts';
import { exemptIn, type Held, hold, rowOf, sourceOf } from './plan-words.ts';
import { expectSame, readLines, readTable, unnoticed } from './read-guide.ts';
import { readPhases } from './runbook.ts';

const GUIDES = ['development', 'staging', 'production'];

/** Which rows of the plan the first column names. */
const TYPES = {
  'WAL Archiving': { kind: 'wal', tier: null },
  Incremental: { kind: 'incremental', tier: 'hourly' },
  'Full Backup': { kind: 'full', tier: 'daily' },
  'Weekly Backup': { kind: 'full', tier: 'weekly' },
  'Monthly Backup': { kind: 'full', tier: 'monthly' },
} as const;

const takenBy = new Map<Protection, Map<Tier, Date[]>>();

/** The starts of a year that the catalog takes as a tier's backups: what it decides depends on those before. */
function taken(row: Protection, wanted: Tier): Date[] {
  const known = takenBy.get(row) ?? new Map<Tier, Date[]>();
  if (!takenBy.has(row)) {
    const newest = new Map<Tier, { tier: Tier; startedAt: string }>();
    for (const start of startsOf(row)) {
      const { tier } = chooseTier(row, [...newest.values()], start, 'sunday');
      newest.set(tier, { tier, startedAt: start.toISOString() });
      known.set(tier, [...(known.get(tier) ?? []), start]);
    }
    takenBy.set(row, known);
  }
  return known.get(wanted) ?? [];
}

/** `Sunday (03:00 UTC)` and `1st of month` are which of the daily backups a week's and a month's are. */
function expectTaken(text: string, row: Protection, tier: Tier | null): void {
  const day = /^(?:(Sunday) \(\d+:\d+ UTC\)|(\d+)st of month)$/.exec(text);
  const [, sunday, date] = day ?? [];
  const wanted = startsOf(row).filter((start) =>
    // The month's backup is a week's as well.
    sunday ? start.getUTCDay() === 0 && start.getUTCDate() !== 1 : `${start.getUTCDate()}` === date,
  );
  if (day) expectSame('the days', tier && taken(row, tier), wanted);
  expectFrequency(sunday || !day ? text.replace('Sunday', 'Daily') : 'Daily', row);
}

function problemsIn(held: Held, guide: typeof insightdesk): string[] {
  const { compiled } = held;
  const wal = rowOf(held, 'database', 'wal');
  const full = rowOf(held, 'database', 'full');
  const { objectives, recovery } = compiled;
  return [
    ...readTable(
      guide.objectives,
      {
        'RPO (Recovery Point Objective)': objectives.rpoSeconds,
        'RTO (Recovery Time Objective)': objectives.rtoSeconds,
      },
      {
        Target: (cell, objective) => expectSame('the objective', objective, secondsIn(cell)),
        Description: (cell) =>
          expectSame('the words', /^Maximum (data loss|downtime) tolerance$/.test(cell), true),
      },
    ),
    ...readTable(guide.schedule, TYPES, {
      Frequency: (cell, { kind, tier }) => expectTaken(cell, rowOf(held, 'database', kind), tier),
      Retention: (cell, type) =>
        expectSame('the retention', classIn(held, type).replace('-cold', ''), classOf(cell)),
      Storage: (cell, type) =>
        expectSame(
          'the storage',
          classIn(held, type).endsWith('-cold') ? 'Cold storage' : 'Object storage',
          cell,
        ),
    }),
    ...readLines(guide.archiving, {
      'archive_timeout = #  # Archive every # seconds at minimum': (...seconds) =>
        expectSame('the flush interval', [wal.flushSeconds, wal.flushSeconds], seconds),
    }),
    ...readLines(guide.cron, {
      '# # * * * /opt/insightdesk/scripts/backup.sh': (minute, hour) =>
        expectSame('the schedule', full.schedule?.cron, `${minute} ${hour} * * *`),
      // When expired log is removed is up to the bucket, at midnight UTC.
      '# # * * * find /var/lib/postgresql/wal_archive -mtime +# -delete': (minute, hour, days) => {
        expectSame('the retention of the log', wal.tiers[0]?.class, `${days}d`);
        expectSame('when it is removed', [0, 4], [minute, hour]);
      },
      '# # # * * /opt/insightdesk/scripts/monthly_backup.sh': (minute, hour, day) => {
        expectSame('the schedule', full.schedule?.cron, `${minute} ${hour} * * *`);
        expectTaken(`${day}st of month`, full, 'monthly');
      },
    }),
    ...readLines(guide.cronJob, {
      'image: postgres:#-alpine': (major) =>
        expectSame('the server', serverOf(held).version, `${major}`),
      'name: db-credentials': () =>
        expectSame('the Secret', serverOf(held).credentials, 'db-credentials'),
    }),
    ...readTable(
      guide.severities,
      Object.fromEntries(recovery.severities.map((severity) => [severity.level, severity])),
      {
        Scenario: (cell, { scenario }) => expectSame('the scenario', scenario, cell),
        RTO: (cell, { rtoSeconds }) => expectSame('the recovery time', rtoSeconds, secondsIn(cell)),
        Procedure: (cell, { procedure }) => expectSame('the procedure', procedure, [cell]),
      },
    ),
    ...readPhases(guide.runbook, recovery.phases),
    ...readLines(guide.regions, {
      'PRIMARY REGION (us-east-#)          DR REGION (us-west-#)': (primary, replica) =>
        expectSame('the regions', compiled.regions, {
          primary: `us-east-${primary}`,
          replica: `us-west-${replica}`,
        }),
    }),
    ...readLines(guide.validation, {
      // People start it, or a job of their own; what the plan says is how often.
      "- cron: '# # # * *'  # #st of each month": (...time) => {
        expectSame('when it starts', [0, 10, 1, 1], time);
        expectCadence('Monthly', sourceOf(held, 'database').verify.restore);
        expectCadence('Monthly', sourceOf(held, 'database').verify.fullRestore);
      },
    }),
  ];
}

function classIn(
  held: Held,
  { kind, tier }: { kind: Protection['kind']; tier: Tier | null },
): string {
  const kept = rowOf(held, 'database', kind).tiers.find((entry) => entry.tier === tier);
  if (!kept) throw new Error(`${kind} keeps nothing as ${tier}`);
  return kept.class;
}

function serverOf(held: Held) {
  const source = sourceOf(held, 'database');
  if (source.engine !== 'postgresql') throw new Error(`${source.engine} is no PostgreSQL`);
  return source.settings.server;
}

test.each(GUIDES)('insightdesk in %s keeps every cell of its guide', (environment) => {
  expect(problemsIn(hold(plan, environment), insightdesk)).toEqual([]);
});

test('no digit of the guide changes without being noticed', () => {
  const held = hold(plan, 'production');
  expect(unnoticed(insightdesk, (guide) => problemsIn(held, guide))).toEqual([]);
});

test('the incremental row is exempt with its reason, and nothing else', () => {
  const exempt = ['TM203 sources.database.protect.1'];
  expect(GUIDES.map((environment) => exemptIn(hold(plan, environment)))).toEqual([
    exempt,
    exempt,
    exempt,
  ]);
  expect(exemptIn(hold(plan, 'compliance'))).toEqual([]);
});

test('the compliance environment differs in one thing: a monthly backup is kept for seven years', () => {
  const [compliance, production] = ['compliance', 'production'].map((name) => hold(plan, name));
  for (const kind of ['wal', 'full'] as const) {
    const kept = compliance && rowOf(compliance, 'database', kind);
    const expected = production && rowOf(production, 'database', kind);
    expect(kept).toEqual({
      ...expected,
      tiers: expected?.tiers.map((entry) =>
        entry.tier === 'monthly' ? { ...entry, class: '2557d-cold' } : entry,
      ),
    });
  }
});
