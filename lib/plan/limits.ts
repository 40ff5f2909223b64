/** What S3 allows and bills, and what our buckets do with it: plans are checked and templates made with the same numbers. */

/** Object Lock ends after 100 years at most. */
export const LONGEST_LOCK_DAYS = 36_500;

/** Retentions are written into keys with so many digits at most, which is 2,737 years. */
export const LONGEST_KEEP_DAYS = 999_999;

/** Rules of one bucket's lifecycle. */
export const LIFECYCLE_RULES = 1000;

/** An upload that is not complete by then is taken for one that no job is working on any more. */
export const ABORT_UPLOADS_DAYS = 7;

/** Data stays in the standard class for its first month: that is when it is verified and most likely restored. */
export const MOVED_AFTER_DAYS = 30;

/**
 * So many days are billed from the move on, however early an object expires: Glacier Instant Retrieval for what is cold,
 * Glacier Deep Archive for what is archived.
 */
export const BILLED_DAYS = { cold: 90, archive: 180 } as const;

/** Two ways to bring an archived object back: `bulk` costs less and takes longer. */
export const THAW_SPEEDS = ['standard', 'bulk'] as const;
export type ThawSpeed = (typeof THAW_SPEEDS)[number];

/** So long a retrieval from Glacier Deep Archive takes at most. */
export const THAW_SECONDS: Readonly<Record<ThawSpeed, number>> = {
  standard: 12 * 3600,
  bulk: 48 * 3600,
};

/** Reading cold data costs as much as storing it for months: it is verified again once in a quarter. */
export const COLD_REVERIFY_DAYS = 90;

/** Memory of the functions that verify, with which Lambda gives a whole virtual CPU: hashing and decompressing are the work. */
export const VERIFY_MEMORY_MIB = 1769;

/** Objects are uploaded in parts of so many bytes, unless the store's URL says otherwise. */
export const PART_BYTES = 8 * 1024 * 1024;

/** A file goes on in a further object after so many parts, half of what S3 allows. */
export const OBJECT_PARTS = 5_000;
