/** 31 February: valid for every parser of cron, and never. The CronJob is suspended besides. */
const NEVER = '0 0 31 2 *';

/** A CronJob that never starts by itself: somebody runs `kubectl create job --from=cronjob/…`. */
export const BY_HAND = {
  schedule: NEVER,
  timeZone: 'Etc/UTC',
  suspend: true,
  concurrencyPolicy: 'Forbid',
  successfulJobsHistoryLimit: 3,
  failedJobsHistoryLimit: 3,
} as const;
