import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { CompiledPlan } from '../plan/compiled.ts';
import { lockDays, longestLockDays } from '../plan/promised-days.ts';
import { evidenceDays } from './evidence-days.ts';

type LockMode = 'governance' | 'compliance';

/** Absent where the plan asks for no lock: single objects can be held then, and none is locked by itself. */
export const defaultRetention = (compiled: CompiledPlan): s3.ObjectLockRetention | undefined =>
  compiled.lock === null ? undefined : retention(compiled.lock, lockDays(compiled));

/** Evidence is locked for as long as it is kept, also where the plan asks for no lock on backups. */
export const evidenceRetention = (compiled: CompiledPlan): s3.ObjectLockRetention =>
  retention(evidenceMode(compiled), evidenceDays(compiled));

const evidenceMode = ({ lock }: CompiledPlan): LockMode => lock ?? 'governance';

const retention = (mode: LockMode, days: number): s3.ObjectLockRetention =>
  mode === 'compliance'
    ? s3.ObjectLockRetention.compliance(Duration.days(days))
    : s3.ObjectLockRetention.governance(Duration.days(days));

const REMAINING_DAYS = 's3:object-lock-remaining-retention-days';
const MODE = 's3:object-lock-mode';

/**
 * Whoever may lock an object may not do so for longer than the longest promise: a lock in compliance mode is a bill that
 * nobody can end. Nor for less than the default, nor in another mode. Objects that get the default name neither.
 */
export function boundedRetention(compiled: CompiledPlan, objects: string): iam.PolicyStatement[] {
  const { lock } = compiled;
  if (lock === null) {
    return [denyLock('DenyLock', objects, { Null: { [REMAINING_DAYS]: 'false' } })];
  }
  return bounds(objects, lock, lockDays(compiled), longestLockDays(compiled));
}

export const boundedEvidence = (compiled: CompiledPlan, objects: string): iam.PolicyStatement[] =>
  bounds(objects, evidenceMode(compiled), evidenceDays(compiled), evidenceDays(compiled));

function bounds(
  objects: string,
  mode: LockMode,
  shortest: number,
  longest: number | null,
): iam.PolicyStatement[] {
  return [
    denyLock('DenyShorterLock', objects, { NumericLessThan: { [REMAINING_DAYS]: `${shortest}` } }),
    ...(longest === null
      ? []
      : [
          denyLock('DenyLongerLock', objects, {
            NumericGreaterThan: { [REMAINING_DAYS]: `${longest}` },
          }),
        ]),
    denyLock('DenyOtherLockMode', objects, {
      Null: { [MODE]: 'false' },
      StringNotEquals: { [MODE]: mode.toUpperCase() },
    }),
  ];
}

const denyLock = (sid: string, objects: string, conditions: iam.Conditions): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    principals: [new iam.StarPrincipal()],
    actions: ['s3:PutObject', 's3:PutObjectRetention'],
    resources: [objects],
    conditions,
  });
