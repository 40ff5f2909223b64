import type { Protection } from '../../lib/plan/compiled.ts';
import type { Tier } from '../../lib/plan/values/retention.ts';
import plan from '../../plans/vectorizer.ts';
import { classOf, expectFrequency, secondsIn } from './guide-words.ts';
import { vectorizer } from './guides/vectorizer.ts';
import { exemptIn, expectExempt, type Held, hold, rowOf, sourceOf } from './plan-words.ts';
import { expectSame, readLines, unnoticed } from './read-guide.ts';
import { readProcedures } from './runbook.ts';

const development = hold(plan, 'development');
const production = hold(plan, 'production');
const critical = hold(plan, 'critical');

const fullOf = (held: Held): Protection => rowOf(held, 'collections', 'full');

/** Weekly backups have no day of their own to be kept. */
const TIERS = new Map<Held, readonly Tier[]>([
  [development, ['weekly', 'monthly']],
  [production, ['daily', 'weekly', 'monthly']],
  [critical, ['daily', 'weekly', 'monthly']],
]);

function expectTier(tier: Tier, text: string): void {
  for (const [held, expected] of TIERS) {
    const { tiers } = fullOf(held);
    expectSame(
      'the tiers',
      tiers.map((kept) => kept.tier),
      expected,
    );
    if (!expected.includes(tier)) continue;
    expectSame(`${tier} backups`, tiers.find((kept) => kept.tier === tier)?.class, classOf(text));
  }
}

const expectTime = (held: Held, text: string): void =>
  expectSame(
    'the recovery time',
    sourceOf(held, 'collections').objectives.rtoSeconds,
    secondsIn(text),
  );

/** @param exempt where the finding is that the schedule cannot keep it; else it is proven */
function expectPoint(held: Held, text: string, exempt?: string): void {
  const { objectives, proof } = sourceOf(held, 'collections');
  expectSame('the recovery point', objectives.rpoSeconds, secondsIn(text));
  expectSame('proven', proof.worstLossSeconds <= objectives.rpoSeconds, exempt === undefined);
  if (exempt !== undefined) expectExempt(held, 'TM101', exempt);
}

function problems(guide: typeof vectorizer): string[] {
  return [
    ...readLines(guide.frequency, {
      '- **Production**: Daily full backups, hourly incremental': () => {
        expectFrequency('Daily', fullOf(production));
        expectFrequency('Hourly', rowOf(production, 'collections', 'incremental'));
      },
      '- **Development**: Weekly full backups': () =>
        expectFrequency('Weekly', fullOf(development)),
      '- **Critical Systems**: Continuous replication + daily backups': () => {
        expectFrequency('Continuous', rowOf(critical, 'collections', 'replication'));
        expectFrequency('Daily', fullOf(critical));
      },
    }),
    ...readLines(guide.retention, {
      '- **Daily Backups**: # days': (days) => expectTier('daily', `${days} days`),
      '- **Weekly Backups**: # weeks': (weeks) => expectTier('weekly', `${weeks} weeks`),
      '- **Monthly Backups**: # months': (months) => expectTier('monthly', `${months} months`),
    }),
    ...readLines(guide.script, {
      '# Cleanup old backups (keep last # days)': (days) => expectTier('daily', `${days} days`),
    }),
    ...readLines(guide.cronJob, {
      'schedule: "# # * * *"  # Daily at # AM': (minute, hour, morning) => {
        expectSame('the hour', hour, morning);
        for (const held of [production, critical]) {
          expectFrequency(`Daily (${hour}:${minute} UTC)`, fullOf(held));
        }
      },
    }),
    ...readLines(guide.recoveryTime, {
      '- **Critical Systems**: < # hour': (hour) => expectTime(critical, `< ${hour} hour`),
      '- **Production Systems**: < # hours': (hours) => expectTime(production, `< ${hours} hours`),
      '- **Development Systems**: < # hours': (hours) =>
        expectTime(development, `< ${hours} hours`),
    }),
    // The guide's schedules contradict two of these: the schedules hold, and a finding says so.
    ...readLines(guide.recoveryPoint, {
      '- **Critical Systems**: < # minutes': (minutes) =>
        expectPoint(critical, `< ${minutes} minutes`),
      '- **Production Systems**: < # hour': (hour) =>
        expectPoint(production, `< ${hour} hour`, 'objectives.rpo of collections'),
      '- **Development Systems**: < # hours': (hours) =>
        expectPoint(
          development,
          `< ${hours} hours`,
          'environments.development.objectives.rpo of collections',
        ),
    }),
    ...readProcedures(guide.scenarios, production.compiled.recovery.severities),
  ];
}

test('vectorizer keeps every line of its guide', () => {
  expect(problems(vectorizer)).toEqual([]);
});

test('no digit of the guide changes without being noticed', () => {
  expect(unnoticed(vectorizer, problems)).toEqual([]);
});

test('what is exempt is where the guide contradicts itself, and that there is no job yet', () => {
  const none = 'TM507 sources.collections';
  expect(exemptIn(development)).toEqual([
    'TM101 environments.development.objectives.rpo of collections',
    none,
  ]);
  expect(exemptIn(production)).toEqual(['TM101 objectives.rpo of collections', none]);
  expect(exemptIn(critical)).toEqual([none]);
});
