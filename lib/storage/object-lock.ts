import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { CompiledPlan } from '../plan/compiled.ts';

/** For `forever` classes and nothing else: every object can at least not be removed for a month. */
const LOCK_DAYS_WITHOUT_END = 30;

/**
 * Every object is locked for as long as the shortest promise of the plan. A longer default would hold the objects of the
 * shortest class beyond their expiry, and S3 would go on billing what the plan says is gone.
 */
export function lockDays(compiled: CompiledPlan): number {
  return Math.min(...finiteDays(compiled), finiteDays(compiled)[0] ?? LOCK_DAYS_WITHOUT_END);
}

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
  const endless = compiled.classes.some(({ days }) => days === null);
  return [
    bound('DenyShorterLock', { NumericLessThan: { [key]: `${lockDays(compiled)}` } }),
    ...(endless
      ? []
      : [
          bound('DenyLongerLock', {
            NumericGreaterThan: { [key]: `${Math.max(...finiteDays(compiled))}` },
          }),
        ]),
  ];
}

function finiteDays(compiled: CompiledPlan): number[] {
  return compiled.classes.flatMap(({ days }) => (days === null ? [] : [days]));
}
