import { breaking, list, of, type Statement, stacks, statementsIn } from './all-resources.ts';
import { text } from './policy.ts';

const refusesPlainText = ({ Effect, Condition, Action }: Statement): boolean =>
  Effect === 'Deny' &&
  Condition?.Bool?.['aws:SecureTransport'] === 'false' &&
  list(Action).every((action) => /^(s3|sqs|sns):/.test(action));

test('there is every kind of stack', () => {
  expect(
    stacks.map(({ stackName }) => stackName).filter((name) => /-sources-\d+$/.test(name)).length,
  ).toBe(4);
});

describe('every', () => {
  test('bucket is private, versioned, encrypted, owned, TLS only and kept', () => {
    const policies = of('AWS::S3::BucketPolicy');
    const weak = breaking(of('AWS::S3::Bucket'), ({ id, stack, Properties, ...rest }) => {
      const policy = policies.find(
        (one) => one.stack === stack && text(one.Properties.Bucket) === `\${${id}}`,
      );
      const { BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets } =
        Properties.PublicAccessBlockConfiguration as Record<string, boolean>;
      return (
        [BlockPublicAcls, BlockPublicPolicy, IgnorePublicAcls, RestrictPublicBuckets].every(
          (blocked) => blocked === true,
        ) &&
        JSON.stringify(Properties.VersioningConfiguration) === '{"Status":"Enabled"}' &&
        Properties.BucketEncryption !== undefined &&
        JSON.stringify(Properties.OwnershipControls).includes('BucketOwnerEnforced') &&
        statementsIn(policy?.Properties.PolicyDocument).some(refusesPlainText) &&
        rest.DeletionPolicy === 'Retain' &&
        rest.UpdateReplacePolicy === 'Retain'
      );
    });
    expect(weak).toEqual([]);
  });

  test('bucket tells what is deleted in it, and a rule of its stack listens', () => {
    const rules = of('AWS::Events::Rule').filter(({ Properties }) =>
      JSON.stringify(Properties.EventPattern).includes('Object Deleted'),
    );
    const silent = breaking(of('AWS::S3::Bucket'), ({ id, stack, Properties }) => {
      return rules.some(
        (rule) =>
          rule.stack === stack &&
          JSON.stringify(Properties.NotificationConfiguration) ===
            '{"EventBridgeConfiguration":{"EventBridgeEnabled":true}}' &&
          JSON.stringify(rule.Properties.EventPattern).includes(`{"Ref":"${id}"}`),
      );
    });
    expect(silent).toEqual([]);
  });

  test('key rotates', () => {
    expect(
      breaking(of('AWS::KMS::Key'), ({ Properties }) => Properties.EnableKeyRotation === true),
    ).toEqual([]);
  });

  test('queue and topic is encrypted, and refuses what does not come by TLS', () => {
    const refused = (type: string, reference: string) => (id: string, stack: string) =>
      of(type)
        .filter(
          (policy) =>
            policy.stack === stack &&
            list(policy.Properties[reference]).some((one) => text(one) === `\${${id}}`),
        )
        .some(({ Properties }) => statementsIn(Properties.PolicyDocument).some(refusesPlainText));
    const queues = refused('AWS::SQS::QueuePolicy', 'Queues');
    const topics = refused('AWS::SNS::TopicPolicy', 'Topics');
    expect(
      breaking(
        of('AWS::SQS::Queue'),
        ({ id, stack, Properties }) =>
          Properties.SqsManagedSseEnabled === true && queues(id, stack),
      ),
    ).toEqual([]);
    expect(
      breaking(
        of('AWS::SNS::Topic'),
        ({ id, stack, Properties }) => Properties.KmsMasterKeyId !== undefined && topics(id, stack),
      ),
    ).toEqual([]);
  });

  test('Lambda is bounded, has a queue for what fails and a log that is kept', () => {
    const loose = breaking(
      of('AWS::Lambda::Function'),
      ({
        Properties: {
          ReservedConcurrentExecutions,
          DeadLetterConfig,
          Timeout,
          LoggingConfig,
          Runtime,
        },
      }) =>
        Number(ReservedConcurrentExecutions) > 0 &&
        DeadLetterConfig !== undefined &&
        Number(Timeout) <= 900 &&
        LoggingConfig !== undefined &&
        Runtime === 'nodejs24.x',
    );
    expect(loose).toEqual([]);
    expect(
      breaking(
        of('AWS::Logs::LogGroup'),
        ({ DeletionPolicy, Properties }) =>
          DeletionPolicy === 'Retain' && Properties.RetentionInDays !== undefined,
      ),
    ).toEqual([]);
  });

  test('schedule and rule that calls a Lambda keeps what it could not deliver', () => {
    expect(
      breaking(of('AWS::Scheduler::Schedule'), ({ Properties }) =>
        JSON.stringify(Properties.Target).includes('DeadLetterConfig'),
      ),
    ).toEqual([]);
    expect(
      breaking(of('AWS::Events::Rule'), ({ Properties }) =>
        list(Properties.Targets as object[]).every((target) => 'DeadLetterConfig' in target),
      ),
    ).toEqual([]);
  });
});
