/** What S3 allows and bills, and what our buckets do with it: plans are checked and templates made with the same numbers. */

/** Object Lock ends after 100 years at most. */
export const LONGEST_LOCK_DAYS = 36_500;

/** Retentions are written into keys with so many digits at most, which is 2,737 years. */
export const LONGEST_KEEP_DAYS = 999_999;

/** Rules of one bucket's lifecycle. */
export const LIFECYCLE_RULES = 1000;

/** An upload that is not complete by then is taken for one that no job is working on any more. */
export const ABORT_UPLOADS_DAYS = 7;

/** Glacier Instant Retrieval is billed for so many days from the move on, however early an object expires. */
export const COLD_BILLED_DAYS = 90;

/** Cold data stays in the standard class for its first month: that is when it is verified and most likely restored. */
export const COLD_AFTER_DAYS = 30;

/** Reading cold data costs as much as storing it for months: it is verified again once in a quarter. */
export const COLD_REVERIFY_DAYS = 90;
