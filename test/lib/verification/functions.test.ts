import { Match } from 'aws-cdk-lib/assertions';
import type { FunctionName } from '../../../lib/alerting/metrics.ts';
import { ITEMS_AT_ONCE } from '../../../lib/verification/machine.ts';
import { logRetention } from '../../../lib/verification/plan-function.ts';
import { compiledPlan, templates } from '../stacks/environment.ts';
import { decision, roleStatements } from '../stacks/policy.ts';

const compiled = compiledPlan();
const { primary, replica } = templates(compiled);
const bucket = `arn:aws:s3:::${compiled.buckets.primary}`;
const ID = '20261121T020000Z-full-9f86d081';
const RECORDS = ['backup', 'wal', 'verify', 'drill', 'restore'];
const ACTIONS = [
  's3:GetObject',
  's3:PutObject',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:PutObjectLegalHold',
  's3:PutObjectRetention',
  's3:BypassGovernanceRetention',
];

describe('the functions', () => {
  test('run on Node.js 24 and arm64, with a limit, a log of their own and a queue for what fails', () => {
    primary.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      ReservedConcurrentExecutions: Match.anyValue(),
      DeadLetterConfig: { TargetArn: Match.anyValue() },
      LoggingConfig: { LogFormat: 'JSON', LogGroup: Match.anyValue() },
    });
    primary.resourceCountIs('AWS::Lambda::Function', 3);
    replica.resourceCountIs('AWS::Lambda::Function', 0);
    primary.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    primary.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
  });

  test('verify each new backup', () => {
    primary.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: {
          bucket: { name: [compiled.buckets.primary] },
          object: { key: [{ prefix: 'catalog/' }] },
        },
      },
      Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
    });
  });

  test('verify each source in the cadence and the time zone of the plan', () => {
    primary.resourcePropertiesCountIs(
      'AWS::Scheduler::Schedule',
      { ScheduleExpression: 'cron(30 6 ? * 2 *)', ScheduleExpressionTimezone: 'Europe/Berlin' },
      2,
    );
    primary.hasResourceProperties('AWS::Scheduler::Schedule', {
      Target: { Input: Match.stringLikeRegexp('"source":"orders"') },
    });
  });

  test('are called by a state machine, which begins for each request that waits in a queue', () => {
    const [machine] = Object.keys(primary.findResources('AWS::StepFunctions::StateMachine'));
    const queues = primary.findResources('AWS::SQS::Queue');
    const named = (name: string): string =>
      Object.keys(queues).find((id) => queues[id]?.Properties.QueueName === name) ?? '';
    const [queue, failed] = [
      named('tidemark-shop-production-verify'),
      named('tidemark-shop-production-verify-failed'),
    ];
    primary.hasResourceProperties('AWS::Pipes::Pipe', {
      Source: { 'Fn::GetAtt': [queue, 'Arn'] },
      SourceParameters: { SqsQueueParameters: { BatchSize: 1 } },
      Target: { Ref: machine },
      TargetParameters: {
        StepFunctionStateMachineParameters: { InvocationType: 'FIRE_AND_FORGET' },
      },
    });
    // Only SQS itself moves back what it has put aside.
    expect(queues[queue]?.Properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: { 'Fn::GetAtt': [failed, 'Arn'] },
      maxReceiveCount: 5,
    });
    primary.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineName: 'tidemark-shop-production-verify',
      LoggingConfiguration: { Level: 'ALL' },
    });
    const rules = Object.values(primary.findResources('AWS::Events::Rule')).filter(
      ({ Properties }) => Properties.Targets[0]?.Arn?.['Fn::GetAtt']?.[0] === queue,
    );
    expect(rules.map(({ Properties }) => Properties.EventPattern.detail.object.key)).toEqual([
      [{ prefix: 'catalog/' }],
      [{ wildcard: '*/report/job-*/manifest.json' }],
    ]);
  });

  test('are as many at once as one verification reads, twice', () => {
    primary.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ POWERTOOLS_SERVICE_NAME: 'verify-part' }) },
      ReservedConcurrentExecutions: 2 * ITEMS_AT_ONCE,
      MemorySize: 1769,
      Timeout: 900,
    });
  });

  test('look at the catalog every 15 minutes', () => {
    primary.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(15 minutes)',
    });
  });

  test('write nothing about backups but what a verification found, and no policy of AWS allows more', () => {
    const record = (action: string): string =>
      `runs/orders/2026-11-21/20261121T020000Z-${action}-9f86d081.json`;
    const manifest = `catalog/30d/orders/${ID}.json`;
    const data = `data/30d/orders/${ID}/base.tar.zst`;
    const layout = `data/30d/orders/${ID}/parts.json`;
    // biome-ignore format: a table
    const allowed: Record<FunctionName, readonly string[]> = {
      'verify-checksum': [
        `s3:GetObject ${manifest}`, `s3:GetObject ${layout}`, `s3:PutObject ${record('verify')}`,
        `s3:PutObjectLegalHold ${manifest}`, `s3:PutObjectLegalHold ${data}`, `s3:PutObjectLegalHold ${layout}`,
      ],
      'verify-part': [`s3:GetObject ${manifest}`, `s3:GetObject ${data}`, `s3:GetObject ${layout}`],
      'alert-stale': [`s3:GetObject ${manifest}`],
    };
    for (const [name, expected] of Object.entries(allowed)) {
      const statements = roleStatements(primary, `tidemark-shop-production-${name}-eu-central-1`);
      const keys = [manifest, data, layout, 'tidemark.json', ...RECORDS.map(record)];
      const may = ACTIONS.flatMap((action) =>
        keys
          .filter(
            (key) => decision(statements, { action, resource: `${bucket}/${key}` }) === 'Allow',
          )
          .map((key) => `${action} ${key}`),
      );
      // Everybody reads whose bucket it is, and the records of runs.
      const own = may.filter((one) => !/^s3:GetObject (runs\/|tidemark)/.test(one));
      expect([name, own.sort()]).toEqual([name, [...expected].sort()]);
    }
    const managed = primary.findResources('AWS::IAM::Role', {
      Properties: { ManagedPolicyArns: Match.anyValue() },
    });
    expect(managed).toEqual({});
  });

  test('have S3 compute digests of archived data, and nothing else', () => {
    const statements = roleStatements(
      primary,
      'tidemark-shop-production-verify-checksum-eu-central-1',
    );
    const asked = (operation: string) =>
      decision(statements, {
        action: 's3:CreateJob',
        resource: '*',
        context: {
          's3:RequestJobOperation': operation,
          'aws:RequestedRegion': compiled.regions.primary,
        },
      });
    expect(asked('S3PutObjectCopy')).toBeUndefined();
    expect(asked('S3ComputeObjectChecksum')).toBe('Allow');
    expect(asked('S3PutObjectRetention')).toBeUndefined();
    const job = roleStatements(primary, 'tidemark-shop-production-checksum-jobs-eu-central-1');
    const at = (action: string) =>
      decision(job, { action, resource: `${bucket}/data/366d-archive/orders/${ID}/base.tar` });
    expect([at('s3:GetObject'), at('s3:PutObject'), at('s3:DeleteObject')]).toEqual([
      'Allow',
      undefined,
      undefined,
    ]);
  });
});

test.each([
  [1, 1],
  [4, 5],
  [30, 30],
  [2557, 2557],
  [4000, 9999],
  [null, 9999],
])('logs that are promised for %p days are kept by CloudWatch for %d', (promised, kept) => {
  expect(logRetention(promised)).toBe(kept);
});
