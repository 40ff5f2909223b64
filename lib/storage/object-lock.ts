import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { CompiledPlan } from '../plan/compiled.ts';
import { lockDays, longestLockDays } from './promised-days.ts';

export function defaultRetention(compiled: CompiledPlan): s3.ObjectLockRetention | undefined {
  if (compiled.lock === null) return undefined;
  const duration = Duration.days(lockDays(compiled));
  return compiled.lock === 'compliance'
    ? s3.ObjectLockRetention.compliance(duration)
    : s3.ObjectLockRetention.governance(duration);
}

/**
 * Whoever may lock an object may not do so for longer than the longest promise: a lock in compliance mode is a bill that
 * nobody can end. Nor for less than the default.
 */
export function boundedRetention(compiled: CompiledPlan, objects: string): iam.PolicyStatement[] {
  if (compiled.lock === null) return [];
  const bound = (sid: string, conditions: iam.Conditions): iam.PolicyStatement =>
    new iam.PolicyStatement({
      sid,
      effect: iam.Effect.DENY,
      principals: [new iam.StarPrincipal()],
      actions: ['s3:PutObject', 's3:PutObjectRetention'],
      resources: [objects],
      conditions,
    });
  const key = 's3:object-lock-remaining-retention-days';
  const longest = longestLockDays(compiled);
  return [
    bound('DenyShorterLock', { NumericLessThan: { [key]: `${lockDays(compiled)}` } }),
    ...(longest === null
      ? []
      : [bound('DenyLongerLock', { NumericGreaterThan: { [key]: `${longest}` } })]),
  ];
}
