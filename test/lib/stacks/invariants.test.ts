import { tidemarkApp } from '../../../lib/stacks/app.ts';
import { EnvironmentStage } from '../../../lib/stacks/stage.ts';
import { source } from '../plan/example.ts';
import { compiledOf, everything } from './every-environment.ts';
import { text } from './policy.ts';

/** With everything that a plan can ask for, in both directions, and so many sources that there is every kind of stack. */
const sources = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`orders-${i}`, source()]));
const compiled = compiledOf({
  name: everything.name,
  environment: 'production',
  plan: { ...everything, sources },
});
const { stacks } = new EnvironmentStage(tidemarkApp(), { compiled, failback: true }).synth();

interface Resource {
  readonly id: string;
  readonly stack: string;
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
  readonly Action: string | string[];
  readonly Resource?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

const resources: Resource[] = stacks.flatMap(({ stackName, template }) =>
  Object.entries<Omit<Resource, 'id' | 'stack'>>(template.Resources).map(([id, resource]) => ({
    ...resource,
    id,
    stack: stackName,
  })),
);

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

function of(type: string): Resource[] {
  const found = resources.filter(({ Type }) => Type === type);
  if (found.length === 0) throw new Error(`no stack has a ${type}`);
  return found;
}

/** Names those that do not keep it, so that a failure says which. */
const breaking = (all: readonly Resource[], keeps: (resource: Resource) => boolean): string[] =>
  all.filter((resource) => !keeps(resource)).map(({ stack, id }) => `${stack}/${id}`);

const statementsIn = (document: unknown): Statement[] =>
  list((document as { Statement: Statement | Statement[] }).Statement);

/** What roles may do: their own policies and those attached to them. */
const allowed = [
  ...of('AWS::IAM::Role'),
  ...resources.filter(({ Type }) => Type === 'AWS::IAM::Policy'),
].flatMap(({ id, Properties }) =>
  [
    ...((Properties.Policies ?? []) as { PolicyDocument: unknown }[]).map(
      ({ PolicyDocument }) => PolicyDocument,
    ),
    ...(Properties.PolicyDocument ? [Properties.PolicyDocument] : []),
  ]
    .flatMap(statementsIn)
    .filter(({ Effect }) => Effect === 'Allow')
    .map((statement) => ({ id, statement })),
);

const refusesPlainText = ({ Effect, Condition, Action }: Statement): boolean =>
  Effect === 'Deny' &&
  Condition?.Bool?.['aws:SecureTransport'] === 'false' &&
  list(Action).every((action) => /^(s3|sqs|sns):/.test(action));

test('there is every kind of stack', () => {
  expect(
    stacks.map(({ stackName }) => stackName).filter((name) => /-sources-\d+$/.test(name)).length,
  ).toBe(4);
});

describe('no role of any stack', () => {
  const actions = allowed.flatMap(({ id, statement: { Action } }) =>
    list(Action).map((action) => ({ id, action })),
  );

  test.each([
    ['removes or hides what is stored', /^s3:(Delete|RestoreObject$)/i],
    [
      'goes around a lock or ends it',
      /^s3:(Bypass|PutObjectRetention|PutObjectLegalHold|PutBucketObjectLock)/i,
    ],
    [
      'configures a bucket',
      /^s3:Put(Bucket|Replication|Lifecycle|Encryption|AccountPublic|Access)/i,
    ],
    [
      'administers a key',
      /^kms:(?!Decrypt$|Encrypt$|GenerateDataKey\*?$|DescribeKey$|ReEncrypt\*$)/i,
    ],
    ['gives permissions', /^(iam|sts|organizations):/i],
    ['may do all of a service', /^(\*|\w+:\*)$/],
  ])('%s', (_, forbidden) => {
    expect(actions.filter(({ action }) => forbidden.test(action))).toEqual([]);
    expect(actions.length).toBeGreaterThan(100);
  });

  test('uses a key but through a service, for a bucket, a queue or a topic', () => {
    const loose = allowed.filter(
      ({ statement: { Action, Resource, Condition } }) =>
        list(Action).some((action) => action.startsWith('kms:')) &&
        list(Resource).some((resource) => text(resource).endsWith('*')) &&
        Condition?.StringEquals?.['kms:ViaService'] === undefined,
    );
    expect(loose).toEqual([]);
  });

  test('can be assumed by anybody but a service of AWS, for this account', () => {
    const trusting = breaking(of('AWS::IAM::Role'), ({ Properties }) =>
      statementsIn(Properties.AssumeRolePolicyDocument).every(
        ({ Principal }) => Object.keys(Principal as object).join() === 'Service',
      ),
    );
    expect(trusting).toEqual([]);
  });
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

test('a schedule calls its one function, and only the scheduler of this account makes it', () => {
  const roles = of('AWS::IAM::Role').filter(({ id }) => /ScheduleRole/.test(id));
  expect(roles).toHaveLength(2);
  for (const { Properties } of roles) {
    const [{ PolicyDocument }] = Properties.Policies as [{ PolicyDocument: unknown }];
    expect(statementsIn(PolicyDocument)).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/Function/), 'Arn'] },
      },
      {
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/Failures/), 'Arn'] },
      },
    ]);
    expect(statementsIn(Properties.AssumeRolePolicyDocument)).toEqual([
      expect.objectContaining({
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: {
          StringEquals: {
            'aws:SourceAccount': compiled.account,
            'aws:SourceArn': `arn:aws:scheduler:eu-central-1:${compiled.account}:schedule-group/default`,
          },
        },
      }),
    ]);
  }
});
