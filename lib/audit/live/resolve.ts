import { isObject, listOf, UNKNOWN } from './properties.ts';

/** Where a stack is deployed. */
export interface Where {
  readonly account: string;
  readonly region: string;
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  readonly stack: string;
}

/** What CloudFormation made of a logical id. */
export interface Made {
  readonly type: string;
  readonly physicalId: string;
}

export const partitionOf = (region: string): string =>
  region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';

/**
 * A value of a template as it is after the deployment. What refers to something that does not exist, and every function
 * that the templates do not use, is UNKNOWN.
 */
export function resolve(value: unknown, made: ReadonlyMap<string, Made>, where: Where): unknown {
  const within = (inner: unknown): unknown => resolve(inner, made, where);
  if (Array.isArray(value)) return value.map(within);
  if (!isObject(value)) return value;
  const [first, ...others] = Object.entries(value);
  if (first && others.length === 0) {
    const [name, argument] = first;
    if (name === 'Ref') return reference(String(argument), made, where);
    if (name === 'Fn::GetAtt') return attribute(argument, made, where);
    if (name === 'Fn::Join') return joined(argument, within);
    if (name.startsWith('Fn::')) return UNKNOWN;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, within(item)]));
}

function reference(id: string, made: ReadonlyMap<string, Made>, where: Where): unknown {
  switch (id) {
    case 'AWS::AccountId':
      return where.account;
    case 'AWS::Region':
      return where.region;
    case 'AWS::Partition':
      return where.partition;
    case 'AWS::StackName':
      return where.stack;
    case 'AWS::URLSuffix':
      return where.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
    default:
      return made.get(id)?.physicalId ?? UNKNOWN;
  }
}

function joined(argument: unknown, within: (value: unknown) => unknown): unknown {
  const [separator, parts] = listOf(argument);
  const values = listOf(parts).map(within);
  return values.includes(UNKNOWN) ? UNKNOWN : values.map(String).join(String(separator));
}

function attribute(argument: unknown, made: ReadonlyMap<string, Made>, where: Where): unknown {
  const [id, name] = typeof argument === 'string' ? argument.split('.') : listOf(argument);
  const resource = made.get(String(id));
  if (!resource) return UNKNOWN;
  const of = ATTRIBUTES[`${resource.type}.${String(name)}`];
  return of ? of(resource.physicalId, where) : UNKNOWN;
}

const arn =
  (service: string, kind: string) =>
  (id: string, { partition, region, account }: Where): string =>
    `arn:${partition}:${service}:${region}:${account}:${kind}${id}`;

const lastPart = (id: string): string =>
  id.slice(Math.max(id.lastIndexOf('/'), id.lastIndexOf(':')) + 1);

/** How attributes follow from the physical id, as the documentation of each type has it. */
const ATTRIBUTES: Readonly<Record<string, (id: string, where: Where) => string>> = {
  'AWS::Backup::BackupPlan.BackupPlanId': (id) => id,
  'AWS::Backup::BackupPlan.BackupPlanArn': arn('backup', 'backup-plan:'),
  'AWS::Backup::BackupVault.BackupVaultArn': arn('backup', 'backup-vault:'),
  'AWS::Backup::BackupVault.BackupVaultName': (id) => id,
  'AWS::Backup::Framework.FrameworkArn': (id) => id,
  'AWS::CloudWatch::Alarm.Arn': arn('cloudwatch', 'alarm:'),
  'AWS::CloudWatch::CompositeAlarm.Arn': arn('cloudwatch', 'alarm:'),
  'AWS::Events::Rule.Arn': arn('events', 'rule/'),
  'AWS::IAM::Role.Arn': (id, { partition, account }) =>
    `arn:${partition}:iam::${account}:role/${id}`,
  'AWS::KMS::Key.Arn': arn('kms', 'key/'),
  'AWS::KMS::Key.KeyId': (id) => id,
  'AWS::Lambda::Function.Arn': arn('lambda', 'function:'),
  'AWS::Logs::LogGroup.Arn': (id, where) => `${arn('logs', 'log-group:')(id, where)}:*`,
  'AWS::S3::Bucket.Arn': (id, { partition }) => `arn:${partition}:s3:::${id}`,
  'AWS::SNS::Topic.TopicArn': (id) => id,
  'AWS::SNS::Topic.TopicName': lastPart,
  'AWS::SQS::Queue.Arn': (id, where) => arn('sqs', '')(lastPart(id), where),
  'AWS::SQS::Queue.QueueName': lastPart,
  'AWS::StepFunctions::StateMachine.Arn': (id) => id,
  'AWS::StepFunctions::StateMachine.Name': lastPart,
};
