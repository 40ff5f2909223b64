import { RemovalPolicy } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../access/acknowledge.ts';
import { keyUsers } from '../access/key-users.ts';
import { accountsOf } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { AccessLogs } from './access-logs.ts';
import { BackupKey } from './backup-key.ts';
import { writeOnce } from './bucket-policy.ts';
import { lifecycleRules } from './lifecycle.ts';
import { type Location, locationOf, otherSide, type Side } from './location.ts';
import { boundedRetention, defaultRetention } from './object-lock.ts';
import { ReplicationRole, replicationTo } from './replication.ts';

export interface BackupBucketProps {
  readonly compiled: CompiledPlan;
  readonly side: Side;
  /** Copy to the other side. S3 refuses this while the other bucket does not exist. */
  readonly replicate: boolean;
}

const ONLY_COPY = {
  'NIST.800.53.R5-S3BucketReplicationEnabled':
    'this bucket is the copy; it replicates back from the second deployment on, as S3 accepts no destination that does not exist',
};

/** One of the two copies of an environment's backups: written once, encrypted, expiring as promised, never removed with the stack. */
export class BackupBucket extends Construct {
  readonly location: Location;
  readonly bucket: s3.Bucket;
  readonly keyArn: string;

  constructor(scope: Construct, id: string, props: BackupBucketProps) {
    super(scope, id);
    const { compiled, side } = props;
    this.location = locationOf(compiled, side);
    const { key } = new BackupKey(this, 'Encryption', {
      accounts: accountsOf(compiled),
      location: this.location,
      ...keyUsers(compiled, side),
    });
    this.keyArn = key.keyArn;
    const retention = defaultRetention(compiled);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      bucketName: this.location.bucketName,
      versioned: true,
      encryption: s3.BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      blockedEncryptionTypes: [s3.BlockedEncryptionType.SSE_C],
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      ...(retention && { objectLockEnabled: true, objectLockDefaultRetention: retention }),
      lifecycleRules: lifecycleRules(compiled),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.protect(compiled);
    this.publishEvents();
    this.resource.loggingConfiguration = new AccessLogs(this, 'AccessLogs', {
      of: this.location,
    }).configuration;
    if (props.replicate) this.replicate(compiled);
    else acknowledge(this.bucket, ONLY_COPY);
  }

  private protect(compiled: CompiledPlan): void {
    const statements = [
      ...writeOnce(this.location.bucketArn, this.keyArn),
      ...boundedRetention(compiled, `${this.location.bucketArn}/*`),
    ];
    for (const statement of statements) this.bucket.addToResourcePolicy(statement);
    this.bucket.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }

  /** The construct's own option would deploy a Lambda to set what CloudFormation has as a property. */
  private publishEvents(): void {
    this.resource.notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
  }

  private replicate(compiled: CompiledPlan): void {
    const to = locationOf(compiled, otherSide(this.location.side));
    const { role } = new ReplicationRole(this, 'Replication', {
      compiled,
      from: this.location,
      fromKeyArn: this.keyArn,
      to,
    });
    this.resource.replicationConfiguration = replicationTo(this.location, to, role.roleArn);
  }

  private get resource(): s3.CfnBucket {
    const { defaultChild } = this.bucket.node;
    if (!(defaultChild instanceof s3.CfnBucket)) {
      throw new TypeError(`the resource of ${this.bucket.node.path} is not an AWS::S3::Bucket`);
    }
    return defaultChild;
  }
}
