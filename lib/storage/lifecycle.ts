import { Duration } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { CATALOG, DATA, LANDING, RUNS, WAL } from '../catalog/keys.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { longestJobDays, type Move, moveOf } from '../plan/promised-days.ts';
import type { RetentionClass } from '../plan/values/retention.ts';
import { SEVEN_YEARS } from './evidence-days.ts';
import { expiring, HOUSEKEEPING } from './expiry.ts';

/** Run records are the evidence of what happened to every backup: a quarter at least, seven years at most. */
const RUNS_DAYS = { atLeast: 90, atMost: SEVEN_YEARS } as const;

/** Data that a server wrote by itself is taken over at once; a week leaves room to repair a takeover that fails. */
const LANDING_DAYS = 7;

/**
 * Rules by prefix, the same in both regions because S3 does not replicate a lifecycle. S3 rounds up to midnight UTC and
 * runs later, so an object is visible for at least its days and then *eligible* for deletion.
 */
export function lifecycleRules(compiled: CompiledPlan): s3.LifecycleRule[] {
  return [
    ...[...compiled.classes, ...compiled.retired].flatMap((retentionClass) =>
      classRules(compiled, retentionClass),
    ),
    expiring('runs', `${RUNS}/`, runsDays(compiled.classes)),
    expiring('landing', `${LANDING}/`, LANDING_DAYS),
    HOUSEKEEPING,
  ];
}

function classRules(compiled: CompiledPlan, retentionClass: RetentionClass): s3.LifecycleRule[] {
  const { name, days } = retentionClass;
  const prefix = (part: string): string => `${part}/${name}/`;
  const id = (part: string): string => `${part}-${name}`;
  const dataDays = days === null ? null : days + longestJobDays(compiled);
  return [
    ...rule(id(CATALOG), prefix(CATALOG), days),
    ...rule(id(DATA), prefix(DATA), dataDays, moveOf(retentionClass)),
    ...rule(id(WAL), prefix(WAL), days),
  ];
}

/** A class without an end and without a move needs no rule at all. */
function rule(
  id: string,
  prefix: string,
  days: number | null,
  move: Move | null = null,
): s3.LifecycleRule[] {
  if (days === null && move === null) return [];
  return [
    {
      ...(days === null ? { id, prefix } : expiring(id, prefix, days)),
      ...(move && { transitions: [transitionOf(move)] }),
    },
  ];
}

const transitionOf = ({ storageClass, afterDays }: Move): s3.Transition => ({
  storageClass: new s3.StorageClass(storageClass),
  transitionAfter: Duration.days(afterDays),
});

/** As long as the longest class that has an end, within bounds; a class without an end asks for the upper one. */
function runsDays(classes: readonly RetentionClass[]): number {
  const longest = Math.max(0, ...classes.map(({ days }) => days ?? RUNS_DAYS.atMost));
  return Math.min(Math.max(longest, RUNS_DAYS.atLeast), RUNS_DAYS.atMost);
}
