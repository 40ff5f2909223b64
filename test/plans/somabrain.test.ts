import { ruleGroups } from '../../k8s/charts/monitoring/rule-groups.ts';
import type { CompiledSource, Protection } from '../../lib/plan/compiled.ts';
import plan from '../../plans/somabrain.ts';
import { expectCadence, expectFrequency, expectKept } from './guide-words.ts';
import { somabrain } from './guides/somabrain.ts';
import { exemptIn, expectExempt, expectStored, hold, rowOf, sourceOf } from './plan-words.ts';
import { expectSame, readLines, readTable, unnoticed } from './read-guide.ts';
import { readPhases, stepsOf } from './runbook.ts';

const production = hold(plan, 'production');
const { alerts, recovery } = production.compiled;
const source = (name: string): CompiledSource => sourceOf(production, name);

/** The rows that the first column names. */
const ROWS = {
  'Redis RDB': { name: 'redis', row: rowOf(production, 'redis', 'snapshot') },
  'PostgreSQL Full': { name: 'postgresql', row: rowOf(production, 'postgresql', 'full') },
  'PostgreSQL WAL': { name: 'postgresql', row: rowOf(production, 'postgresql', 'wal') },
  'Kafka Topics': { name: 'kafka', row: rowOf(production, 'kafka', 'full') },
  Configurations: { name: 'configurations', row: rowOf(production, 'configurations', 'change') },
  'Memory Vectors': { name: 'memory-vectors', row: rowOf(production, 'memory-vectors', 'full') },
};

/** Sources that the hour is promised for and whose own schedule is longer; a finding says so for each. */
const BEHIND = ['redis', 'kafka', 'memory-vectors'];

function expectLocation(cell: string, name: string): void {
  const { engine, settings } = source(name);
  expectStored(production, source(name));
  if (/^S3:\/\/backups\/[a-z/]+\/$/.test(cell)) return;
  expectSame('the words', 'Git repository + S3', cell);
  expectSame('a repository', engine === 'configuration' && settings.git !== undefined, true);
}

function expectPoint(hours: number): void {
  for (const { name, objectives, proof } of production.compiled.sources) {
    expectSame(`the objective of ${name}`, objectives.rpoSeconds, hours * 3600);
    const proven = proof.worstLossSeconds <= objectives.rpoSeconds;
    expectSame(`${name} proven`, proven, !BEHIND.includes(name));
    if (!proven) expectExempt(production, 'TM101', `objectives.rpo of ${name}`);
  }
}

/** A drill of the month: `PostgreSQL PITR in isolated environment` and the like. */
const expectDrill = (name: string): void => expectCadence('Monthly', source(name).verify.restore);

function problems(guide: typeof somabrain): string[] {
  const [complete, partial] = recovery.severities;
  const logical = (): Protection => rowOf(production, 'postgresql', 'logical');
  const kafka = source('kafka');
  return [
    ...readTable(guide.schedule, ROWS, {
      Frequency: (cell, { row }) => expectFrequency(cell, row),
      Retention: (cell, { row }) => expectKept(cell, row),
      'Storage Location': (cell, { name }) => expectLocation(cell, name),
    }),
    ...readLines(guide.logical, {
      '# Full database dump': logical,
      '# Schema-only dump for rapid restore testing': logical,
      '# Backup global objects (roles, tablespaces)': logical,
    }),
    ...readLines(guide.topics, {
      '--whitelist "audit.*,metrics.*" \\': () =>
        expectSame('the topics', kafka.engine === 'kafka' && kafka.settings.topics.include, [
          'audit.*',
          'metrics.*',
        ]),
    }),
    ...readLines(guide.objectives, {
      '**Scenario**: Total environment loss, rebuild from backups': () =>
        expectSame(
          'the scenario',
          complete?.scenario,
          'Total environment loss, rebuild from backups',
        ),
      '**Recovery Time Objective (RTO)**: # hours': (hours) => {
        expectSame('the recovery time', complete?.rtoSeconds, hours * 3600);
        for (const { name, objectives } of production.compiled.sources) {
          expectSame(`the recovery time of ${name}`, objectives.rtoSeconds, hours * 3600);
        }
      },
      '**Recovery Point Objective (RPO)**: # hour': expectPoint,
    }),
    ...readPhases(guide.phases, recovery.phases),
    ...readLines(guide.partial, {
      '**Scenario**: Single component failure with data corruption': () =>
        expectSame(
          'the scenario',
          partial?.scenario,
          'Single component failure with data corruption',
        ),
      ...stepsOf(partial?.procedure),
    }),
    ...readLines(guide.drill, {
      '### Monthly DR Drill Checklist': () =>
        production.compiled.sources.map(({ name }) => expectDrill(name)),
      '- [ ] Verify all backup jobs completed successfully in past # days': (days) =>
        production.compiled.sources.forEach(({ verify }) => {
          expectCadence('Weekly', verify.exists);
          expectSame('days in a week', 7, days);
        }),
      '- [ ] Test Redis restore in staging environment': () => expectDrill('redis'),
      '- [ ] Test PostgreSQL PITR in isolated environment': () => expectDrill('postgresql'),
      '- [ ] Validate Kafka topic restoration': () => expectDrill('kafka'),
      '- [ ] Test configuration restore process': () => expectDrill('configurations'),
    }),
    ...readLines(guide.alerts, {
      '- alert: BackupJobFailed': () => alerts.failed,
      'for: #m': (minutes) => expectSame('how long', alerts.failed.forSeconds, minutes * 60),
      'severity: critical': () => expectSame('the severity', alerts.failed.severity, 'critical'),
      'description: "Redis backup has not completed successfully in the last # hours"': (hours) =>
        expectFrequency(`Every ${hours} hours`, ROWS['Redis RDB'].row),
      '- alert: BackupDataMissing': () => expectExempt(production, 'TM508', 'alerts.missing.after'),
      'expr: time() - backup_last_success_timestamp > #': (seconds) =>
        expectSame('the age', alerts.missing.afterSeconds, seconds),
      'severity: warning': () => expectSame('the severity', alerts.missing.severity, 'warning'),
      'description: "No successful backup completed in the last # hours"': (hours) =>
        expectSame('the age', alerts.missing.afterSeconds, hours * 3600),
    }),
  ];
}

test('somabrain keeps every cell of its guide', () => {
  expect(problems(somabrain)).toEqual([]);
});

test('no digit of the guide changes without being noticed', () => {
  expect(unnoticed(somabrain, problems)).toEqual([]);
});

test('the phases of recovery take the four hours together, and bring every source back', () => {
  const total = recovery.phases.reduce((sum, { withinSeconds }) => sum + (withinSeconds ?? 0), 0);
  expect(total).toBe(production.compiled.objectives.rtoSeconds);
  const restored = recovery.phases.flatMap(({ restores }) => restores);
  expect(restored.sort()).toEqual(production.compiled.sources.map(({ name }) => name).sort());
});

test('what is exempt is where the guide contradicts itself, and what has no job yet', () => {
  expect(exemptIn(production)).toEqual([
    'TM101 objectives.rpo of kafka',
    'TM101 objectives.rpo of memory-vectors',
    'TM101 objectives.rpo of redis',
    'TM309 sources.kafka.protect.0.keep',
    'TM309 sources.redis.protect.0.keep',
    'TM507 sources.configurations',
    'TM507 sources.kafka',
    'TM507 sources.memory-vectors',
    'TM508 alerts.missing.after',
  ]);
});

test('the rules of Prometheus are those of the guide', () => {
  const rules = ruleGroups(production.compiled).flatMap((group) => group.rules);
  const rule = (alert: string) => rules.find((one) => one.alert === alert);
  // BackupJobFailed.
  expect(rule('TidemarkBackupFailed')).toMatchObject({
    for: '30m',
    labels: { severity: 'critical' },
  });
  // BackupDataMissing.
  expect(rule('TidemarkBackupMissing')).toMatchObject({
    expr: expect.stringContaining('time() - max by'),
    labels: { severity: 'warning' },
  });
});
