import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { HEARTBEAT, METRIC, NAMESPACE } from '../../../lib/alerting/metrics.ts';
import { compiledPlan, source, templates } from '../stacks/environment.ts';

const compiled = compiledPlan({ sources: [source('orders')] });
const { primary, replica } = templates(compiled);
const RUNBOOK = readFileSync(join(import.meta.dirname, '../../../docs/runbook.md'), 'utf8');

interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly AlarmActions: unknown[];
  readonly OKActions?: unknown[];
}

const alarms = (template: Template): AlarmProperties[] =>
  ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
    Object.values(template.findResources(type)).map(
      ({ Properties }) => Properties as AlarmProperties,
    ),
  );

const dimensions = [
  { Name: 'Environment', Value: 'production' },
  { Name: 'Plan', Value: 'shop' },
  { Name: 'Source', Value: 'orders' },
];

describe('every alarm', () => {
  const all = [...alarms(primary), ...alarms(replica)];

  test('has a path and a severity in its name, once in each region', () => {
    for (const { AlarmName } of all) {
      expect(AlarmName).toMatch(
        /^tidemark\/shop\/production\/[\w-]+\/[a-z-]+ \[(critical|warning)\]$/,
      );
    }
    for (const template of [primary, replica]) {
      const names = alarms(template).map(({ AlarmName }) => AlarmName);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test('tells the topic when it starts, and when it ends unless it is about what somebody did', () => {
    const topic = [{ Ref: expect.stringMatching(/^AlertsTopic/) }];
    for (const { AlarmName, AlarmActions, OKActions } of all) {
      const deed = /(key|bucket|backups|break-glass)-(disabled|changed|deleted|used) /.test(
        AlarmName,
      );
      expect([AlarmName, AlarmActions, OKActions]).toEqual([
        AlarmName,
        topic,
        deed ? undefined : topic,
      ]);
    }
  });

  test('links to a section of the runbook that says what, how to look and what to do', () => {
    const sections = new Map(
      RUNBOOK.split(/^## /m)
        .slice(1)
        .map((text) => [text.split('\n')[0]?.toLowerCase().replaceAll(' ', '-'), text]),
    );
    for (const { AlarmDescription } of all) {
      const [, anchor] = /docs\/runbook\.md#([a-z-]+)$/.exec(AlarmDescription) ?? [];
      const section = sections.get(anchor);
      expect([anchor, section]).toEqual([anchor, expect.stringContaining('### Description')]);
      expect(section).toContain('### Investigation');
      expect(section).toContain('### Resolution');
    }
  });
});

test('the plan says how bad a kind of failure is, how long it may last and which size is too small', () => {
  const { primary: other } = templates(
    compiledPlan({
      sources: [source('orders')],
      alerts: {
        email: [],
        failed: { severity: 'warning', forSeconds: 1800 },
        missing: { severity: 'warning', afterSeconds: null },
        tooSmall: { severity: 'critical', below: 0.5 },
        verificationFailed: { severity: 'warning' },
      },
    }),
  );
  const severities = (section: string, properties: Record<string, unknown> = {}) =>
    other.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `tidemark/shop/production/orders/${section}`,
      ...properties,
    });
  severities('backup-failed [warning]', { EvaluationPeriods: 2 });
  severities('backup-missing [warning]');
  severities('backup-too-small [critical]', { Threshold: 0.5 });
  severities('verification-failed [warning]');
});

describe('a source', () => {
  const ofSource = (section: string, properties: Record<string, unknown>) =>
    primary.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: Match.stringLikeRegexp(`/orders/${section} \\[`),
      Namespace: NAMESPACE,
      Dimensions: dimensions,
      ...properties,
    });

  test('alarms when a backup failed', () => {
    ofSource('backup-failed', {
      AlarmName: Match.stringLikeRegexp('critical'),
      MetricName: METRIC.failedRuns,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
    });
  });

  test('alarms when the newest backup is older than its schedule allows, and when nobody looks', () => {
    ofSource('backup-missing', {
      AlarmName: Match.stringLikeRegexp('critical'),
      MetricName: METRIC.age,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 108_000,
      TreatMissingData: 'breaching',
    });
  });

  test('alarms of dumps as of full backups where nothing else is taken, and beside those when they are late', () => {
    const [wal, full] = source('orders').protections;
    if (!wal || !full) throw new Error('no rows');
    const dumps = { ...full, kind: 'logical', overdueSeconds: 90_000 } as const;
    const names = (protections: (typeof full)[]) =>
      alarms(templates(compiledPlan({ sources: [source('orders', { protections })] })).primary)
        .map(({ AlarmName }) => AlarmName)
        .filter((name) => /backup-(missing|late|too-small)/.test(name));
    expect(names([dumps]).join()).toMatch(/backup-missing.*backup-too-small/);
    expect(names([dumps])).toHaveLength(2);
    expect(names([wal, full])).toHaveLength(2);
    expect(names([wal, full, dumps]).join()).toContain('/orders/backup-late [warning]');
  });

  test('alarms when a backup is under 80 % of the average', () => {
    ofSource('backup-too-small', {
      AlarmName: Match.stringLikeRegexp('warning'),
      MetricName: METRIC.sizeRatio,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 0.8,
      Statistic: 'Minimum',
    });
  });

  test('alarms when a verification failed, until one passes', () => {
    ofSource('verification-failed', {
      AlarmName: Match.stringLikeRegexp('critical'),
      MetricName: METRIC.verificationProblems,
      Threshold: 1,
      TreatMissingData: 'ignore',
    });
  });

  test('alarms when nothing was verified for its cadence and a day', () => {
    ofSource('verification-overdue', {
      MetricName: METRIC.verificationAge,
      // A week that ends summer time has an hour more.
      Threshold: 8 * 86_400 + 3600,
      TreatMissingData: 'breaching',
    });
  });

  test('alarms when more is not stored than its objective allows', () => {
    ofSource('wal-behind', {
      AlarmName: Match.stringLikeRegexp('critical'),
      MetricName: METRIC.walLag,
      Threshold: 300,
      TreatMissingData: 'breaching',
    });
  });

  test('alarms when write-ahead log was lost', () => {
    ofSource('wal-lost', {
      AlarmName: Match.stringLikeRegexp('critical'),
      MetricName: METRIC.walGaps,
      Threshold: 1,
    });
  });

  test('has no alarms for what its plan does not promise', () => {
    const bare = source('orders', {
      protections: source('orders').protections.filter(({ kind }) => kind === 'full'),
      verify: { exists: null, size: null, checksums: null, restore: null, fullRestore: null },
    });
    const names = alarms(templates(compiledPlan({ sources: [bare] })).primary)
      .map(({ AlarmName }) => AlarmName)
      .filter((name) => name.includes('/orders/'));
    expect(names).toHaveLength(5);
    expect(names.join()).not.toMatch(/wal-|verification-overdue/);
  });
});

describe('the watchers', () => {
  test.each([
    ['verify-checksum', 86_400, 2],
    ['alert-stale', 900, 2],
  ])('%s must be heard of', (name, period, periods) => {
    primary.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `tidemark/shop/production/${name}/heartbeat-missing [critical]`,
      MetricName: HEARTBEAT,
      Dimensions: Match.arrayWith([{ Name: 'Function', Value: name }]),
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Period: period,
      EvaluationPeriods: periods,
      TreatMissingData: 'breaching',
    });
    for (const section of ['function-errors', 'function-throttled', 'events-failed']) {
      primary.hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmName: Match.stringLikeRegexp(`/${name}/${section} \\[`),
      });
    }
  });

  test('cannot be waited for longer than CloudWatch looks back', () => {
    const monthly = { cron: '0 3 1 * *', timezone: 'Etc/UTC' };
    const rare = source('orders', {
      protections: source('orders').protections.map((row) =>
        row.kind === 'full' ? { ...row, schedule: monthly } : row,
      ),
      verify: { exists: null, size: null, checksums: monthly, restore: null, fullRestore: null },
    });
    const names = alarms(templates(compiledPlan({ sources: [rare] })).primary).map(
      ({ AlarmName }) => AlarmName,
    );
    expect(names).not.toContain(
      'tidemark/shop/production/verify-checksum/heartbeat-missing [critical]',
    );
    expect(names).toContain('tidemark/shop/production/orders/verification-overdue [warning]');
  });
});

describe('alerts', () => {
  test.each([
    ['primary', primary],
    ['replica', replica],
  ])('of the %s region go to a topic that is encrypted with a key of its own', (_, template) => {
    template.hasResourceProperties('AWS::SNS::Topic', {
      KmsMasterKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AlertsEncryptionKey'), 'Arn'] },
    });
    template.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Condition: { StringEquals: { 'aws:SourceAccount': compiled.account } },
          }),
          // EventBridge sends KMS nothing that a condition could ask for.
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Resource: '*',
          },
        ]),
      },
    });
    template.hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'email',
      Endpoint: 'oncall@example.com',
    });
  });

  test.each([
    ['primary', primary],
    ['replica', replica],
  ])('of replication ring in the %s region, wherever S3 publishes its metrics', (_, template) => {
    for (const [metric, threshold] of [
      ['ReplicationLatency', 900],
      ['OperationsFailedReplication', 1],
    ]) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Namespace: 'AWS/S3',
        MetricName: metric,
        Threshold: threshold,
        TreatMissingData: 'ignore',
        Dimensions: [
          { Name: 'DestinationBucket', Value: compiled.buckets.replica },
          { Name: 'RuleId', Value: 'everything' },
          { Name: 'SourceBucket', Value: compiled.buckets.primary },
        ],
      });
    }
  });
});
