import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../access/acknowledge.ts';
import { accountOf } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { publishEvents } from './bucket-resource.ts';
import { evidenceOf, type Location, locationOf, type Side, veleroOf } from './location.ts';
import { PRIVATE_BUCKET } from './private-bucket.ts';

/** Who read and wrote backups is kept for a year, and a month more for the audit of that year. */
const LOG_DAYS = 396;

/** A log that somebody deletes to hide what was done is still there for as long. */
const DELETED_LOG_DAYS = 90;

/** First part of the keys of the reports of what is stored; each begins with the name of the bucket after that. */
const INVENTORY = 'inventory';

/** What a batch operation or a query wants to know of every version. */
const INVENTORY_FIELDS = [
  'ChecksumAlgorithm',
  'EncryptionStatus',
  'ETag',
  'IsMultipartUploaded',
  'LastModifiedDate',
  'ObjectLockLegalHoldStatus',
  'ObjectLockMode',
  'ObjectLockRetainUntilDate',
  'ReplicationStatus',
  'Size',
  'StorageClass',
];

export interface AccessLogsProps {
  readonly compiled: CompiledPlan;
  readonly side: Side;
}

/**
 * Who asked for what in the buckets of one region, and every week what is stored in that of the backups. S3 delivers logs
 * only to a bucket that has no object lock and is encrypted by S3 itself.
 */
export class AccessLogs extends Construct {
  private readonly bucket: s3.Bucket;
  private readonly account: string;

  constructor(scope: Construct, id: string, { compiled, side }: AccessLogsProps) {
    super(scope, id);
    this.account = accountOf(compiled, side);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      ...PRIVATE_BUCKET,
      encryption: s3.BucketEncryption.S3_MANAGED,
      lifecycleRules: [
        {
          id: 'logs',
          expiration: Duration.days(LOG_DAYS),
          noncurrentVersionExpiration: Duration.days(DELETED_LOG_DAYS),
        },
        {
          id: 'housekeeping',
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    publishEvents(this.bucket);
    acknowledge(this.bucket, {
      'NIST.800.53.R5-S3DefaultEncryptionKMS':
        'S3 delivers access logs only to a bucket that S3 encrypts with keys of its own',
      'NIST.800.53.R5-S3BucketReplicationEnabled':
        'logs of the requests in this region; each region logs its own buckets, and no restore needs them',
    });
    const backups = locationOf(compiled, side);
    const logged = [backups, evidenceOf(compiled, side), veleroOf(compiled, side)];
    this.deliver('DeliverLogs', 'logging.s3.amazonaws.com', '*', logged);
    this.deliver('DeliverInventory', 's3.amazonaws.com', `${INVENTORY}/*`, [backups]);
    this.bucket.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }

  /** For a bucket that is logged. */
  of(folder: 'backups' | 'evidence' | 'velero'): s3.CfnBucket.LoggingConfigurationProperty {
    return { destinationBucketName: this.bucket.bucketName, logFilePrefix: `${folder}/` };
  }

  /** For the bucket of the backups: S3 Batch Operations take it as it is, which want CSV. */
  get inventory(): s3.CfnBucket.InventoryConfigurationProperty {
    return {
      id: 'weekly',
      enabled: true,
      scheduleFrequency: 'Weekly',
      includedObjectVersions: 'All',
      optionalFields: INVENTORY_FIELDS,
      destination: {
        bucketArn: this.bucket.bucketArn,
        bucketAccountId: this.account,
        format: 'CSV',
        prefix: INVENTORY,
      },
    };
  }

  private deliver(sid: string, service: string, keys: string, of: readonly Location[]): void {
    this.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid,
        principals: [new iam.ServicePrincipal(service)],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects(keys)],
        conditions: {
          StringEquals: { 'aws:SourceAccount': this.account },
          ArnEquals: { 'aws:SourceArn': of.map(({ bucketArn }) => bucketArn) },
        },
      }),
    );
  }
}
