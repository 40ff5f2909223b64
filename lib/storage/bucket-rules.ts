import { CATALOG, DATA, LANDING, RUNS, WAL } from '../catalog/keys.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { ABORT_UPLOADS_DAYS } from '../plan/limits.ts';
import { longestJobDays, type Move, moveOf, NONCURRENT_DAYS } from '../plan/promised-days.ts';
import type { RetentionClass } from '../plan/values/retention.ts';
import { evidenceDays, SEVEN_YEARS } from './evidence-days.ts';

/** What a bucket does with old objects by itself, whoever's bucket it is: stacks and people set the same. */
export interface BucketRule {
  readonly id: string;
  /** Beginning of the keys that it is about; absent = all. */
  readonly prefix?: string;
  /** Then an object is hidden; a version that is hidden is removed `NONCURRENT_DAYS` later. */
  readonly days?: number;
  readonly move?: Move;
  /** Removes what uploads left behind that were never completed, and delete markers that hide nothing. */
  readonly tidies?: { readonly uploadsAfterDays: number };
}

/** Run records are the evidence of what happened to every backup: a quarter at least, seven years at most. */
const RUNS_DAYS = { atLeast: 90, atMost: SEVEN_YEARS } as const;

/** Data that a server wrote by itself is taken over at once; a week leaves room to repair a takeover that fails. */
const LANDING_DAYS = 7;

/** S3 takes neither in a rule that is limited to some objects. */
export const HOUSEKEEPING: BucketRule = {
  id: 'housekeeping',
  tidies: { uploadsAfterDays: ABORT_UPLOADS_DAYS },
};

/** A hidden version is removed so many days later. */
export const HIDDEN_DAYS = NONCURRENT_DAYS;

/**
 * Rules by prefix, the same for both copies because no storage replicates a lifecycle. It is run once a day, so an object
 * is visible for at least its days and then *eligible* for deletion.
 */
export const backupRules = (compiled: CompiledPlan): BucketRule[] => [
  ...[...compiled.classes, ...compiled.retired].flatMap((retentionClass) =>
    classRules(compiled, retentionClass),
  ),
  { id: 'runs', prefix: `${RUNS}/`, days: runsDays(compiled.classes) },
  { id: 'landing', prefix: `${LANDING}/`, days: LANDING_DAYS },
  HOUSEKEEPING,
];

export const evidenceRules = (compiled: CompiledPlan): BucketRule[] => [
  { id: 'evidence', prefix: `${RUNS}/`, days: evidenceDays(compiled) },
  HOUSEKEEPING,
];

function classRules(compiled: CompiledPlan, retentionClass: RetentionClass): BucketRule[] {
  const { name, days } = retentionClass;
  const dataDays = days === null ? null : days + longestJobDays(compiled);
  return [
    ...rule(CATALOG, name, days),
    ...rule(DATA, name, dataDays, moveOf(retentionClass)),
    ...rule(WAL, name, days),
  ];
}

/** A class without an end and without a move needs no rule at all. */
function rule(
  part: string,
  name: string,
  days: number | null,
  move: Move | null = null,
): BucketRule[] {
  if (days === null && move === null) return [];
  return [
    {
      id: `${part}-${name}`,
      prefix: `${part}/${name}/`,
      ...(days !== null && { days }),
      ...(move && { move }),
    },
  ];
}

/** As long as the longest class that has an end, within bounds; a class without an end asks for the upper one. */
function runsDays(classes: readonly RetentionClass[]): number {
  const longest = Math.max(0, ...classes.map(({ days }) => days ?? RUNS_DAYS.atMost));
  return Math.min(Math.max(longest, RUNS_DAYS.atLeast), RUNS_DAYS.atMost);
}
