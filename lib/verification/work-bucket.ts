import { Duration, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../access/acknowledge.ts';
import { bucketResource, publishEvents } from '../storage/bucket-resource.ts';
import { PRIVATE_BUCKET } from '../storage/private-bucket.ts';

/** A verification takes a day at most, and S3 answers about archived data within days; the rest is time to look at it. */
const WORK_DAYS = 30;

const WORK =
  'it holds lists of keys and digests for some days, from which nothing is restored; what was found is in the bucket of the backups and in that of the evidence';

/**
 * What the steps of a verification tell each other, and reports of S3 Batch Operations, which writes them under a key that
 * may be taken: so it is not the bucket of the backups.
 */
export class WorkBucket extends Construct {
  readonly bucket: s3.Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new s3.Bucket(this, 'Bucket', {
      ...PRIVATE_BUCKET,
      encryption: s3.BucketEncryption.S3_MANAGED,
      lifecycleRules: [
        {
          id: 'work',
          expiration: Duration.days(WORK_DAYS),
          noncurrentVersionExpiration: Duration.days(1),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
    });
    publishEvents(this.bucket);
    const byS3 = `${WORK}; S3 Batch Operations encrypts its reports with keys of S3 in any case`;
    acknowledge(this.bucket, {
      'AwsSolutions-S1': WORK,
      'NIST.800.53.R5-S3BucketLoggingEnabled': WORK,
      'NIST.800.53.R5-S3BucketReplicationEnabled': WORK,
      'NIST.800.53.R5-S3DefaultEncryptionKMS': byS3,
    });
  }
}

/** Patterns of keys in the work bucket, as cdk-nag calls them: CloudFormation chooses the bucket's name. */
export function workPatterns(work: s3.Bucket, keys: readonly string[]): Record<string, string> {
  const id = Stack.of(work).getLogicalId(bucketResource(work));
  return Object.fromEntries(
    keys.map((key) => [
      `AwsSolutions-IAM5[Resource::<${id}.Arn>/${key}]`,
      'keys in the work bucket begin with a source and a run, which are not known before they are there',
    ]),
  );
}
