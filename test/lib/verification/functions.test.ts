import { Match } from 'aws-cdk-lib/assertions';
import { logRetention } from '../../../lib/verification/plan-function.ts';
import { compiledPlan, templates } from '../stacks/environment.ts';
import { decision, roleStatements } from '../stacks/policy.ts';

const compiled = compiledPlan();
const { primary, replica } = templates(compiled);
const bucket = `arn:aws:s3:::${compiled.buckets.primary}`;
const ID = '20261121T020000Z-full-9f86d081';

describe('the functions', () => {
  test('run on Node.js 24 and arm64, with a limit, a log of their own and a queue for what fails', () => {
    primary.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      ReservedConcurrentExecutions: Match.anyValue(),
      DeadLetterConfig: { TargetArn: Match.anyValue() },
      LoggingConfig: { LogFormat: 'JSON', LogGroup: Match.anyValue() },
    });
    primary.resourceCountIs('AWS::Lambda::Function', 2);
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

  test('look at the catalog every 15 minutes', () => {
    primary.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(15 minutes)',
    });
  });

  test.each([
    ['verify-checksum', true],
    ['alert-stale', false],
  ])('%s reads, and writes at most run records', (name, verifies) => {
    const statements = roleStatements(primary, `tidemark-shop-production-${name}-eu-central-1`);
    const may = (action: string, key: string) =>
      decision(statements, { action, resource: `${bucket}/${key}` }) === 'Allow';
    expect(may('s3:GetObject', `catalog/30d/orders/${ID}.json`)).toBe(true);
    expect(may('s3:GetObject', `data/30d/orders/${ID}/base.tar.zst`)).toBe(verifies);
    const record = (action: string): string =>
      `runs/orders/2026-11-21/20261121T020000Z-${action}-9f86d081.json`;
    expect(may('s3:PutObject', record('verify'))).toBe(verifies);
    for (const key of [
      `catalog/30d/orders/${ID}.json`,
      `data/30d/orders/${ID}/base.tar.zst`,
      'tidemark.json',
      record('backup'),
      record('drill'),
    ]) {
      expect(may('s3:PutObject', key)).toBe(false);
      expect(may('s3:DeleteObject', key)).toBe(false);
    }
    const managed = Object.values(
      primary.findResources('AWS::IAM::Role', {
        Properties: { ManagedPolicyArns: Match.anyValue() },
      }),
    );
    expect(managed).toEqual([]);
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
