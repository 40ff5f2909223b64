import type { CompiledPlan } from '../plan/compiled.ts';
import { MOVED_AFTER_DAYS } from '../plan/limits.ts';
import { SECONDS_PER_DAY } from '../plan/values/duration.ts';
import type { RetentionClass, Storage } from '../plan/values/retention.ts';

/** How many days the buckets keep and lock what a plan promises: the templates are made and audited with the same numbers. */

/** An expired version is only hidden by a delete marker; it is removed this many days later. */
export const NONCURRENT_DAYS = 1;

interface Classes {
  readonly classes: readonly Pick<RetentionClass, 'days'>[];
}

export interface Move {
  readonly afterDays: number;
  /** As S3 and CloudFormation call it. */
  readonly storageClass: string;
}

/**
 * Where data of a class is moved to. Instant Retrieval is read at once, so that a recovery time of an hour stays provable;
 * Deep Archive costs a quarter of it, and hours before each restore.
 */
const MOVES: Readonly<Record<Storage, Move | null>> = {
  standard: null,
  cold: { afterDays: MOVED_AFTER_DAYS, storageClass: 'GLACIER_IR' },
  archive: { afterDays: MOVED_AFTER_DAYS, storageClass: 'DEEP_ARCHIVE' },
};

/** Null = it stays in the standard class. */
export const moveOf = ({ storage }: Pick<RetentionClass, 'storage'>): Move | null => MOVES[storage];

/** For `forever` classes and nothing else: every object can at least not be removed for a month. */
const LOCK_DAYS_WITHOUT_END = 30;

/**
 * A backup's first file is written before its manifest, by as much as a job may take: without these days the
 * manifest would outlive the data that it promises.
 */
export const longestJobDays = (compiled: CompiledPlan): number =>
  jobDays(compiled.sources.flatMap(({ protections }) => protections));

/** The same of any rows. */
export const jobDays = (rows: readonly { readonly deadlineSeconds: number }[]): number =>
  Math.ceil(Math.max(1, ...rows.map(({ deadlineSeconds }) => deadlineSeconds)) / SECONDS_PER_DAY);

/**
 * Every object is locked for as long as the shortest promise of the plan. A longer default would hold the objects of the
 * shortest class beyond their expiry, and S3 would go on billing what the plan says is gone.
 */
export function lockDays(compiled: Classes): number {
  const finite = finiteDays(compiled);
  return finite.length === 0 ? LOCK_DAYS_WITHOUT_END : Math.min(...finite);
}

/** Whoever locks an object by hand may do so for this many days at most; null = for ever, as a class has no end. */
export function longestLockDays(compiled: CompiledPlan): number | null {
  const endless = compiled.classes.some(({ days }) => days === null);
  return endless ? null : Math.max(...finiteDays(compiled));
}

function finiteDays(compiled: Classes): number[] {
  return compiled.classes.flatMap(({ days }) => (days === null ? [] : [days]));
}
