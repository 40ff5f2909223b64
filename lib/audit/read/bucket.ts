import { isOn, referenced, textOf } from '../intrinsics.ts';
import type { Located } from '../located.ts';
import { ofType, type Resource } from '../template.ts';
import { type LifecycleRule, lifecycleRulesOf } from './lifecycle.ts';

/** What a template says about one bucket. */
export interface BucketFacts {
  readonly name: string;
  readonly resource: Resource;
  readonly rules: readonly LifecycleRule[];
  readonly versioned: boolean;
  readonly lock: { readonly mode: string; readonly days: number } | null;
  /** Object lock is on: single objects can be held. */
  readonly takesHolds: boolean;
  readonly encryption: { readonly algorithm: string; readonly key: string } | null;
  /** The key of the default encryption, where the template has it. */
  readonly key: Resource | undefined;
  readonly replication: readonly ReplicationRule[];
  /** The statements of its policy. */
  readonly policy: Resource | undefined;
  readonly statements: readonly Located[];
}

export interface ReplicationRule {
  readonly enabled: boolean;
  /** All objects, whatever their key, tag or encryption. */
  readonly everything: boolean;
  /** What limits it to objects with some key or tag. */
  readonly filter: Located | undefined;
  /** Among rules to one bucket the highest decides. */
  readonly priority: number;
  /** ARN of the key that the copy is encrypted with; empty = none is named. */
  readonly key: string;
  /** Of the copy; empty = that of the original. */
  readonly storageClass: string;
  /** What is deleted here stays there. */
  readonly keepsDeleted: boolean;
  /** ARN of the bucket. */
  readonly destination: string;
  /** Of the replication time control; null = without a promise. */
  readonly withinMinutes: number | null;
  readonly at: Located;
}

/** Every bucket whose name is written in a template. */
export function namedBuckets(resources: readonly Resource[]): BucketFacts[] {
  return ofType(resources, 'AWS::S3::Bucket').flatMap((resource) => {
    const name = resource.body.text('BucketName');
    if (name === undefined) return [];
    const here = resources.filter(({ file }) => file === resource.file);
    return [bucketFacts(name, resource, here)];
  });
}

function bucketFacts(name: string, resource: Resource, here: readonly Resource[]): BucketFacts {
  const { body } = resource;
  const policy = ofType(here, 'AWS::S3::BucketPolicy').find(
    (candidate) => referenced(candidate.body.get('Bucket')?.value) === resource.id,
  );
  return {
    name,
    resource,
    rules: lifecycleRulesOf(body),
    versioned: body.text('VersioningConfiguration', 'Status') === 'Enabled',
    lock: lockOf(body),
    takesHolds: isOn(body.get('ObjectLockEnabled')),
    ...encryptionOf(body, here),
    replication: (body.get('ReplicationConfiguration', 'Rules')?.items() ?? []).map(
      replicationRule,
    ),
    policy,
    statements: policy?.body.get('PolicyDocument', 'Statement')?.items() ?? [],
  };
}

function lockOf(body: Located): BucketFacts['lock'] {
  const retention = body.get('ObjectLockConfiguration', 'Rule', 'DefaultRetention');
  if (body.get('ObjectLockEnabled')?.value !== true || !retention) return null;
  const years = retention.number('Years');
  const days = retention.number('Days') ?? (years === undefined ? 0 : years * 365);
  return { mode: retention.text('Mode')?.toLowerCase() ?? '', days };
}

function encryptionOf(
  body: Located,
  here: readonly Resource[],
): Pick<BucketFacts, 'encryption' | 'key'> {
  const rule = body.get(
    'BucketEncryption',
    'ServerSideEncryptionConfiguration',
    0,
    'ServerSideEncryptionByDefault',
  );
  const algorithm = rule?.text('SSEAlgorithm');
  if (!rule || algorithm === undefined) return { encryption: null, key: undefined };
  const named = rule.get('KMSMasterKeyID')?.value;
  const key = here.find(({ id, type }) => type === 'AWS::KMS::Key' && id === referenced(named));
  const alias = ofType(here, 'AWS::KMS::Alias').find(
    ({ body: of }) => key !== undefined && referenced(of.get('TargetKeyId')?.value) === key.id,
  );
  const name = alias?.body.text('AliasName') ?? (named === undefined ? '' : textOf(named));
  return { encryption: { algorithm, key: name }, key };
}

const enabled = (at: Located | undefined): boolean => at?.text('Status') === 'Enabled';

function replicationRule(at: Located): ReplicationRule {
  const destination = at.get('Destination');
  const time = destination?.get('ReplicationTime');
  const prefix = [at.get('Filter', 'Prefix'), at.get('Prefix')].find(
    (found) => found !== undefined && found.value !== '',
  );
  const filter = prefix ?? at.get('Filter', 'TagFilter') ?? at.get('Filter', 'And');
  return {
    enabled: enabled(at),
    everything: !filter && enabled(at.get('SourceSelectionCriteria', 'SseKmsEncryptedObjects')),
    filter,
    priority: Number(at.get('Priority')?.value ?? 0),
    key: textOf(destination?.get('EncryptionConfiguration', 'ReplicaKmsKeyID')?.value ?? ''),
    storageClass: textOf(destination?.get('StorageClass')?.value ?? ''),
    keepsDeleted: at.text('DeleteMarkerReplication', 'Status') === 'Disabled',
    destination: textOf(destination?.get('Bucket')?.value ?? ''),
    withinMinutes: enabled(time) ? (time?.number('Time', 'Minutes') ?? null) : null,
    at,
  };
}
