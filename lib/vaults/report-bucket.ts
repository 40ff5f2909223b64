import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../access/acknowledge.ts';
import { publishEvents } from '../storage/bucket-resource.ts';
import { PRIVATE_BUCKET } from '../storage/private-bucket.ts';

/** Reports are evidence of what was kept: seven years, as the longest of the well-known retentions. */
const REPORT_DAYS = 2557;

/**
 * Where AWS Backup writes its daily reports. Its service-linked role exists only once there is a report, and S3 refuses
 * a policy that names a role which does not exist: so the account is trusted and a condition names the role.
 */
export class ReportBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string, account: string) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      ...PRIVATE_BUCKET,
      encryption: s3.BucketEncryption.S3_MANAGED,
      lifecycleRules: [
        {
          id: 'reports',
          expiration: Duration.days(REPORT_DAYS),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    publishEvents(this.bucket);
    this.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'DeliverReports',
        principals: [new iam.AccountPrincipal(account)],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects('*')],
        conditions: {
          ArnEquals: {
            'aws:PrincipalArn': `arn:aws:iam::${account}:role/aws-service-role/reports.backup.amazonaws.com/AWSServiceRoleForBackupReports`,
          },
          StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' },
        },
      }),
    );
    this.bucket.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
    this.acknowledge();
  }
  /** The rules of cdk-nag that do not fit, with the reasons. */
  private acknowledge(): void {
    const unlogged =
      'reports name resources and jobs and hold none of their data; AWS Backup writes them, and CloudTrail tells of whoever changes the bucket';
    const single =
      'reports tell of backups and are none: the copies that they tell of are in the other region';
    const byS3 =
      "the service-linked role that writes reports has no right to a key of ours, and reports hold no customer's data";
    acknowledge(this.bucket, {
      'AwsSolutions-S1': unlogged,
      'NIST.800.53.R5-S3BucketLoggingEnabled': unlogged,
      'HIPAA.Security-S3BucketLoggingEnabled': unlogged,
      'NIST.800.53.R5-S3BucketReplicationEnabled': single,
      'HIPAA.Security-S3BucketReplicationEnabled': single,
      'NIST.800.53.R5-S3DefaultEncryptionKMS': byS3,
      'HIPAA.Security-S3DefaultEncryptionKMS': byS3,
    });
  }
}
