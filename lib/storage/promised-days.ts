import type { CompiledPlan } from '../plan/compiled.ts';
import { COLD_AFTER_DAYS } from '../plan/limits.ts';
import { SECONDS_PER_DAY } from '../plan/values/duration.ts';

/** How many days the buckets keep and lock what a plan promises: the templates are made and audited with the same numbers. */

/** An expired version is only hidden by a delete marker; it is removed this many days later. */
export const NONCURRENT_DAYS = 1;

/** Instant Retrieval restores at once, so that a recovery time of an hour stays provable. */
export const COLD = { afterDays: COLD_AFTER_DAYS, storageClass: 'GLACIER_IR' } as const;

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
export function lockDays(compiled: Pick<CompiledPlan, 'classes'>): number {
  const finite = finiteDays(compiled);
  return finite.length === 0 ? LOCK_DAYS_WITHOUT_END : Math.min(...finite);
}

/** Whoever locks an object by hand may do so for this many days at most; null = for ever, as a class has no end. */
export function longestLockDays(compiled: CompiledPlan): number | null {
  const endless = compiled.classes.some(({ days }) => days === null);
  return endless ? null : Math.max(...finiteDays(compiled));
}

function finiteDays(compiled: Pick<CompiledPlan, 'classes'>): number[] {
  return compiled.classes.flatMap(({ days }) => (days === null ? [] : [days]));
}
