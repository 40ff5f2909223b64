import { MOVED_AFTER_DAYS } from './limits.ts';
import type { RetentionClass, Storage } from './values/retention.ts';

export { jobDays, lockDays, longestJobDays, longestLockDays } from './lock-days.ts';

/** How many days the buckets keep and lock what a plan promises: the templates are made and audited with the same numbers. */

/** An expired version is only hidden by a delete marker; it is removed this many days later. */
export const NONCURRENT_DAYS = 1;

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
