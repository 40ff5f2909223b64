import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { cronJob, type Timing, type Work } from './work.ts';

/** 31 February: valid for every parser of cron, and never. The CronJob is suspended besides. */
const NEVER = '0 0 31 2 *';

/** Of a CronJob that never starts by itself: somebody runs `kubectl create job --from=cronjob/…`. */
export const BY_HAND: Timing = {
  schedule: NEVER,
  timeZone: 'Etc/UTC',
  suspend: true,
  concurrencyPolicy: 'Forbid',
  successfulJobsHistoryLimit: 3,
  failedJobsHistoryLimit: 3,
};

/** Longer than any restore or load; it only keeps a job that hangs from staying for ever. */
export const LONGEST_SECONDS = 24 * 3600;

/** Work that is ready to be started by a person or a pipeline, and that nothing else starts. */
export class ByHandChart extends Chart {
  constructor(
    scope: Construct,
    id: string,
    compiled: CompiledPlan,
    source: DerivedSource,
    work: Work,
  ) {
    super(scope, id, { disableResourceNameHashes: true });
    new k8s.KubeCronJob(this, 'CronJob', cronJob(compiled, source, work, BY_HAND));
  }
}
