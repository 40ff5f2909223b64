import type { CompiledPlan } from './compiled.ts';
import { LONGEST_LOCK_DAYS } from './limits.ts';
import { SECONDS_PER_DAY } from './values/duration.ts';
import type { RetentionClass } from './values/retention.ts';

/** For how many days stored objects are locked: writers lock with the same numbers that buckets default to and bound. */

/** First segments of keys of what is kept by its class. */
export type LockedPart = 'catalog' | 'data' | 'wal';

interface Classes {
  readonly classes: readonly Pick<RetentionClass, 'days'>[];
}

/** For `forever` classes and nothing else: every object can at least not be removed for a month. */
const LOCK_DAYS_WITHOUT_END = 30;

/**
 * A backup's first file is written before its manifest, by as much as a job may take: without these days the
 * manifest would outlive the data that it promises.
 */
export const longestJobDays = (compiled: Pick<CompiledPlan, 'sources'>): number =>
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

/** S3 compares what is left of a lock, in days, at a time of its own: clocks differ, and parts of a day are rounded. */
const CLOCK_DAYS = 1;

/**
 * Whoever locks an object may do so for this many days at most: the longest lock that a writer sets, and a day more.
 * Null = for ever, as a class has no end.
 */
export function longestLockDays(
  compiled: Pick<CompiledPlan, 'classes' | 'sources'>,
): number | null {
  const endless = compiled.classes.some(({ days }) => days === null);
  const longest = Math.max(...finiteDays(compiled)) + longestJobDays(compiled);
  return endless ? null : Math.min(longest, LONGEST_LOCK_DAYS) + CLOCK_DAYS;
}

/**
 * How long an object is locked when it is written: as long as its class keeps it visible. Data comes up to a job earlier
 * than the manifest that promises it. A class without an end has no lock of its own: such a plan asks for none.
 * @param part first segment of the object's key
 */
export function objectLockDays(
  compiled: Pick<CompiledPlan, 'classes' | 'sources'>,
  part: LockedPart,
  retentionClass: Pick<RetentionClass, 'days'>,
): number {
  const days = retentionClass.days ?? lockDays(compiled);
  return Math.min(part === 'data' ? days + longestJobDays(compiled) : days, LONGEST_LOCK_DAYS);
}

function finiteDays(compiled: Classes): number[] {
  return compiled.classes.flatMap(({ days }) => (days === null ? [] : [days]));
}
