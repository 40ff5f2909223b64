import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../access/acknowledge.ts';
import type { Location } from './location.ts';

/** Who read and wrote backups is kept for a year, and a month more for the audit of that year. */
const LOG_DAYS = 396;

/** A log that somebody deletes to hide what was done is still there for as long. */
const DELETED_LOG_DAYS = 90;

export interface AccessLogsProps {
  /** The bucket whose requests are logged. */
  readonly of: Location;
}

/**
 * Server access logs of the backups in one region. S3 delivers them only to a bucket that has no object lock
 * and is encrypted by S3 itself.
 */
export class AccessLogs extends Construct {
  /** For the bucket that is logged. */
  readonly configuration: s3.CfnBucket.LoggingConfigurationProperty;

  constructor(scope: Construct, id: string, { of }: AccessLogsProps) {
    super(scope, id);
    const bucket = new s3.Bucket(this, 'Bucket', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
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
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(bucket, {
      'NIST.800.53.R5-S3DefaultEncryptionKMS':
        'S3 delivers access logs only to a bucket that S3 encrypts with keys of its own',
      'NIST.800.53.R5-S3BucketReplicationEnabled':
        'logs of the requests in this region; each region logs its own bucket, and no restore needs them',
    });
    bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'DeliverLogs',
        principals: [new iam.ServicePrincipal('logging.s3.amazonaws.com')],
        actions: ['s3:PutObject'],
        resources: [bucket.arnForObjects('*')],
        conditions: {
          StringEquals: { 'aws:SourceAccount': of.account },
          ArnEquals: { 'aws:SourceArn': of.bucketArn },
        },
      }),
    );
    bucket.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.configuration = { destinationBucketName: bucket.bucketName };
  }
}
