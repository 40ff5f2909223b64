import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { CompiledPlan } from '../plan/compiled.ts';
import type { Move } from '../plan/promised-days.ts';
import { type BucketRule, backupRules, HIDDEN_DAYS } from './bucket-rules.ts';

/** Of the buckets of the backups. */
export const lifecycleRules = (compiled: CompiledPlan): s3.LifecycleRule[] =>
  backupRules(compiled).map(lifecycleRule);

/** A rule as CloudFormation takes it. */
export const lifecycleRule = ({
  id,
  prefix,
  days,
  move,
  tidies,
}: BucketRule): s3.LifecycleRule => ({
  id,
  ...(prefix !== undefined && { prefix }),
  ...(days !== undefined && {
    expiration: Duration.days(days),
    noncurrentVersionExpiration: Duration.days(HIDDEN_DAYS),
  }),
  ...(move && { transitions: [transitionOf(move)] }),
  ...(tidies && {
    expiredObjectDeleteMarker: true,
    abortIncompleteMultipartUploadAfter: Duration.days(tidies.uploadsAfterDays),
  }),
});

const transitionOf = ({ storageClass, afterDays }: Move): s3.Transition => ({
  storageClass: new s3.StorageClass(storageClass),
  transitionAfter: Duration.days(afterDays),
});
