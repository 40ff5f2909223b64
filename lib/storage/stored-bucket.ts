import { RemovalPolicy } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../access/acknowledge.ts';
import type { KeyUsers } from '../access/key-users.ts';
import { accountsOf } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { BackupKey } from './backup-key.ts';
import { bucketResource, publishEvents } from './bucket-resource.ts';
import type { Location } from './location.ts';
import { copiesFromOtherAccount } from './other-account.ts';
import { PRIVATE_BUCKET } from './private-bucket.ts';
import { type Copying, ReplicationRole, replicationTo } from './replication.ts';

export interface StoredBucketProps {
  readonly compiled: CompiledPlan;
  readonly location: Location;
  readonly users: KeyUsers;
  readonly lifecycleRules: s3.LifecycleRule[];
  /** `true` lets single objects be locked and held; a retention locks each by default. */
  readonly lock: s3.ObjectLockRetention | boolean;
  /** What its policy says beside TLS. */
  readonly policy: (bucketArn: string, keyArn: string) => iam.PolicyStatement[];
  readonly copying: Copying;
  /** Copy to the other side. S3 refuses this while the other bucket does not exist. */
  readonly replicate: boolean;
}

/** A bucket that was made. */
export interface StoredBucket {
  readonly location: Location;
  readonly resource: s3.CfnBucket;
  readonly keyArn: string;
}

const ONLY_COPY = {
  'NIST.800.53.R5-S3BucketReplicationEnabled':
    'this bucket is the copy; it replicates back from the second deployment on, as S3 accepts no destination that does not exist',
};

/**
 * Makes a bucket that must not be lost, in the scope of the construct that it is for: private, versioned, encrypted with a
 * key of its own, copied to the other region, telling of what happens in it, and kept when its stack goes.
 */
export function storedBucket(scope: Construct, props: StoredBucketProps): StoredBucket {
  const { compiled, location, lock, copying } = props;
  const { key } = new BackupKey(scope, 'Encryption', {
    accounts: accountsOf(compiled),
    location,
    ...props.users,
  });
  const bucket = new s3.Bucket(scope, 'Bucket', {
    ...PRIVATE_BUCKET,
    bucketName: location.bucketName,
    encryption: s3.BucketEncryption.KMS,
    encryptionKey: key,
    bucketKeyEnabled: true,
    blockedEncryptionTypes: [s3.BlockedEncryptionType.SSE_C],
    ...(lock !== false && { objectLockEnabled: true }),
    ...(typeof lock === 'object' && { objectLockDefaultRetention: lock }),
    lifecycleRules: props.lifecycleRules,
  });
  const policy = [
    ...props.policy(location.bucketArn, key.keyArn),
    ...copiesFromOtherAccount(compiled, location, copying),
  ];
  for (const statement of policy) bucket.addToResourcePolicy(statement);
  bucket.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
  publishEvents(bucket);
  const resource = bucketResource(bucket);
  if (props.replicate) {
    const from = { from: location, fromKeyArn: key.keyArn };
    const { role } = new ReplicationRole(scope, 'Replication', { compiled, ...copying, ...from });
    resource.replicationConfiguration = replicationTo(location, copying, role.roleArn);
  } else {
    acknowledge(bucket, ONLY_COPY);
  }
  return { location, resource, keyArn: key.keyArn };
}
