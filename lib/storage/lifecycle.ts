import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CATALOG, DATA, LANDING, RUNS, WAL } from '../catalog/keys.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { SECONDS_PER_DAY } from '../plan/values/duration.ts';
import type { RetentionClass } from '../plan/values/retention.ts';

/** An expired version is only hidden by a delete marker; it is removed this many days later. */
const NONCURRENT_DAYS = 1;

/**
 * Cold data stays in the standard class for its first month: that is when it is verified and most likely restored,
 * and S3 charges 90 days of Glacier Instant Retrieval from the day that an object moves there.
 */
const COLD_AFTER_DAYS = 30;

/** Instant Retrieval restores at once, so that a recovery time of an hour stays provable. */
const TO_COLD: s3.Transition = {
  storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
  transitionAfter: Duration.days(COLD_AFTER_DAYS),
};

/** Run records are the evidence of what happened to every backup: a quarter at least, seven years at most. */
const RUNS_DAYS = { atLeast: 90, atMost: 2557 } as const;

/** Data that a server wrote by itself is taken over at once; a week leaves room to repair a takeover that fails. */
const LANDING_DAYS = 7;

/** An upload that no job can still be working on: the longest deadline is a day. */
const ABORT_UPLOADS_DAYS = 7;

/**
 * Rules by prefix, the same in both regions because S3 does not replicate a lifecycle. S3 rounds up to midnight UTC and
 * runs later, so an object is visible for at least its days and then *eligible* for deletion.
 */
export function lifecycleRules(compiled: CompiledPlan): s3.LifecycleRule[] {
  return [
    ...compiled.classes.flatMap((retentionClass) => classRules(compiled, retentionClass)),
    expiring('runs', `${RUNS}/`, runsDays(compiled.classes)),
    expiring('landing', `${LANDING}/`, LANDING_DAYS),
    {
      id: 'housekeeping',
      expiredObjectDeleteMarker: true,
      abortIncompleteMultipartUploadAfter: Duration.days(ABORT_UPLOADS_DAYS),
    },
  ];
}

function classRules(
  compiled: CompiledPlan,
  { name, days, cold }: RetentionClass,
): s3.LifecycleRule[] {
  const prefix = (part: string): string => `${part}/${name}/`;
  const id = (part: string): string => `${part}-${name}`;
  const dataDays = days === null ? null : days + longestJobDays(compiled);
  return [
    ...rule(id(CATALOG), prefix(CATALOG), days),
    ...rule(id(DATA), prefix(DATA), dataDays, cold),
    ...rule(id(WAL), prefix(WAL), days),
  ];
}

/** A class without an end and without a move needs no rule at all. */
function rule(id: string, prefix: string, days: number | null, cold = false): s3.LifecycleRule[] {
  if (days === null && !cold) return [];
  return [
    {
      ...(days === null ? { id, prefix } : expiring(id, prefix, days)),
      ...(cold && { transitions: [TO_COLD] }),
    },
  ];
}

function expiring(id: string, prefix: string, days: number): s3.LifecycleRule {
  return {
    id,
    prefix,
    expiration: Duration.days(days),
    noncurrentVersionExpiration: Duration.days(NONCURRENT_DAYS),
  };
}

/**
 * A backup's first file is written before its manifest, by as much as a job may take: without these days the
 * manifest would outlive the data that it promises.
 */
function longestJobDays(compiled: CompiledPlan): number {
  const deadlines = compiled.sources.flatMap(({ protections }) =>
    protections.map(({ deadlineSeconds }) => deadlineSeconds),
  );
  return Math.ceil(Math.max(1, ...deadlines) / SECONDS_PER_DAY);
}

/** As long as the longest class that has an end, within bounds; a class without an end asks for the upper one. */
function runsDays(classes: readonly RetentionClass[]): number {
  const longest = Math.max(0, ...classes.map(({ days }) => days ?? RUNS_DAYS.atMost));
  return Math.min(Math.max(longest, RUNS_DAYS.atLeast), RUNS_DAYS.atMost);
}
