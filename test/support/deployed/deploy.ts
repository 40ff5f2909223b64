import { type Clients, clientsOf, destroy } from '../../../lib/audit/live/clients.ts';
import { expectedOf } from '../../../lib/audit/live/expected.ts';
import { isObject } from '../../../lib/audit/live/properties.ts';
import { type Made, partitionOf, type Where } from '../../../lib/audit/live/resolve.ts';
import { type AuditFile, type Resource, readTemplate } from '../../../lib/audit/template.ts';
import { createPodIdentity, createPolicy, createRole } from './create-access.ts';
import * as alerting from './create-alerting.ts';
import * as functions from './create-functions.ts';
import { createAlias, createBucket, createBucketPolicy, createKey } from './create-storage.ts';
import * as vaults from './create-vaults.ts';
import type { Creator } from './creator.ts';
import type { Gateway } from './gateway.ts';

const CREATORS: Readonly<Record<string, Creator>> = {
  'AWS::Backup::BackupPlan': vaults.createBackupPlan,
  'AWS::Backup::BackupSelection': vaults.createBackupSelection,
  'AWS::Backup::BackupVault': vaults.createVault,
  'AWS::Backup::Framework': vaults.createFramework,
  'AWS::Backup::ReportPlan': vaults.createReportPlan,
  'AWS::Backup::RestoreTestingPlan': vaults.createRestoreTestingPlan,
  'AWS::Backup::RestoreTestingSelection': vaults.createRestoreTestingSelection,
  'AWS::CloudWatch::Alarm': alerting.createAlarm,
  'AWS::CloudWatch::CompositeAlarm': alerting.createCompositeAlarm,
  'AWS::CloudWatch::Dashboard': alerting.createDashboard,
  'AWS::EKS::PodIdentityAssociation': createPodIdentity,
  'AWS::Events::Rule': alerting.createRule,
  'AWS::IAM::Policy': createPolicy,
  'AWS::IAM::Role': createRole,
  'AWS::KMS::Alias': createAlias,
  'AWS::KMS::Key': createKey,
  'AWS::Lambda::EventInvokeConfig': functions.createEventInvoke,
  'AWS::Lambda::Function': functions.createFunction,
  'AWS::Logs::LogGroup': functions.createLogGroup,
  'AWS::Pipes::Pipe': functions.createPipe,
  'AWS::S3::Bucket': createBucket,
  'AWS::S3::BucketPolicy': createBucketPolicy,
  'AWS::SNS::Subscription': alerting.createSubscription,
  'AWS::SNS::Topic': alerting.createTopic,
  'AWS::SNS::TopicPolicy': alerting.createTopicPolicy,
  'AWS::SQS::Queue': alerting.createQueue,
  'AWS::SQS::QueuePolicy': alerting.createQueuePolicy,
  'AWS::Scheduler::Schedule': functions.createSchedule,
  'AWS::StepFunctions::StateMachine': functions.createStateMachine,
};

/** Does what CloudFormation does with a template, call by call. */
export async function deployTemplate(
  file: AuditFile,
  account: string,
  region: string,
  gateway: Gateway,
): Promise<ReadonlyMap<string, Made>> {
  const stack = file.file.replace(/^.*\//, '').replace('.template.json', '');
  const where: Where = { account, region, partition: partitionOf(region), stack };
  const clients = clientsOf({ region });
  try {
    const made = new Map<string, Made>();
    const left = new Map(readTemplate(file).resources.map((resource) => [resource.id, resource]));
    while (left.size > 0) {
      const ready = [...left.values()].filter((resource) =>
        references(resource.whole.value).every((id) => !left.has(id)),
      );
      if (ready.length === 0) throw new Error(`${[...left.keys()]} refer to each other`);
      // Moto lets a bucket log to another only once the policy of that allows it.
      ready.sort((one, other) => rank(one) - rank(other));
      for (const resource of ready) {
        made.set(resource.id, await create(resource, made, { where, clients, gateway }));
        left.delete(resource.id);
      }
    }
    gateway.cloudFormation.stacks.set(`${region} ${stack}`, {
      status: 'CREATE_COMPLETE',
      terminationProtection: true,
      template: file.text,
      made,
    });
    return made;
  } finally {
    destroy(clients);
  }
}

const rank = ({ type }: Resource): number => (type === 'AWS::S3::BucketPolicy' ? 0 : 1);

async function create(
  resource: Resource,
  made: ReadonlyMap<string, Made>,
  { where, clients, gateway }: { where: Where; clients: Clients; gateway: Gateway },
): Promise<Made> {
  const { id, type } = resource;
  const creator = CREATORS[type];
  // What nobody looks at need not be there.
  if (!creator) return { type, physicalId: `${id}-1` };
  const [located] = expectedOf([resource], made, where);
  if (!located) throw new Error(`${id} is no resource`);
  const { Tags: _, ...properties } = located.expected.properties;
  try {
    const physicalId = await creator({
      ...{ logicalId: id, properties, where, clients, gateway },
      answer: (service, path, body) =>
        gateway.answers.set(`${where.region} ${service} ${path}`, body),
    });
    return { type, physicalId };
  } catch (cause) {
    throw new Error(`cannot create ${type} ${id}: ${cause}`, { cause });
  }
}

/** Logical ids that a resource needs to exist. */
function references(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (key === 'Ref' && typeof item === 'string') return [item];
    if (key === 'Fn::GetAtt' && Array.isArray(item)) return [String(item[0])];
    if (key === 'DependsOn') return Array.isArray(item) ? item.map(String) : [String(item)];
    return references(item);
  });
}
