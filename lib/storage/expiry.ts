import { Duration } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { ABORT_UPLOADS_DAYS } from '../plan/limits.ts';
import { NONCURRENT_DAYS } from '../plan/promised-days.ts';

/** What is below the prefix is hidden after its days, and eligible for deletion a day later. */
export const expiring = (id: string, prefix: string, days: number): s3.LifecycleRule => ({
  id,
  prefix,
  expiration: Duration.days(days),
  noncurrentVersionExpiration: Duration.days(NONCURRENT_DAYS),
});

/** S3 takes neither in a rule that is limited to some objects. */
export const HOUSEKEEPING: s3.LifecycleRule = {
  id: 'housekeeping',
  expiredObjectDeleteMarker: true,
  abortIncompleteMultipartUploadAfter: Duration.days(ABORT_UPLOADS_DAYS),
};
