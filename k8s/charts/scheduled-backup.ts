import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { backupServiceAccount } from '../../lib/access/service-accounts.ts';
import type { BackupKind } from '../../lib/catalog/manifest.ts';
import type { CompiledPlan, DerivedSource, Protection } from '../../lib/plan/compiled.ts';
import { REFERENCE } from '../../lib/plan/protections.ts';
import { type Schedule, shortestGap } from '../../lib/plan/values/schedule.ts';
import { BACKUP_COMPONENTS } from './names.ts';
import { AGENT_UID, type PodNeeds } from './pod.ts';
import { cronJob, type Timing, type Work } from './work.ts';

/** Of a pod. pg_dump, which is a process of its own, keeps every object of a database in memory. */
export const BACKUP_MEMORY: Readonly<Record<BackupKind, string>> = {
  full: '256Mi',
  incremental: '256Mi',
  logical: '512Mi',
  snapshot: '256Mi',
};

/** How a pod reaches the server of its source. */
export type ServerAccess = Required<Pick<PodNeeds, 'env' | 'volumes'>>;

interface ScheduledBackup {
  readonly kind: BackupKind;
  readonly protection: Protection & { readonly schedule: Schedule };
  /** Told apart by it where a source has several rows of the kind. */
  readonly suffix: string;
  readonly access: ServerAccess;
}

/** A backup on its schedule, whatever the engine and kind. */
export class ScheduledBackupChart extends Chart {
  constructor(
    scope: Construct,
    id: string,
    compiled: CompiledPlan,
    source: DerivedSource,
    { kind, protection, suffix, access }: ScheduledBackup,
  ) {
    super(scope, id, { disableResourceNameHashes: true });
    const component = BACKUP_COMPONENTS[kind];
    const { schedule, deadlineSeconds } = protection;
    const work: Work = {
      name: `${component}${suffix}`,
      component,
      pod: {
        serviceAccountName: backupServiceAccount(source.name),
        kubernetesApi: true,
        user: { uid: AGENT_UID, gid: AGENT_UID },
        command: ['backup', '--kind', kind],
        ...access,
        resources: { cpu: ['250m', '2'], memory: BACKUP_MEMORY[kind] },
        restartPolicy: 'Never',
        graceSeconds: 60,
      },
      deadlineSeconds,
      retries: 3,
      // The proofs count on it: a run that goes first and finds another one at work comes after it.
      waits: true,
    };
    const timing = scheduled(schedule, deadlineSeconds);
    new k8s.KubeCronJob(this, 'CronJob', cronJob(compiled, source, work, timing));
  }
}

/** A job that starts by itself. */
export const scheduled = (schedule: Schedule, deadlineSeconds: number): Timing => ({
  schedule: schedule.cron,
  timeZone: schedule.timezone,
  concurrencyPolicy: 'Forbid',
  startingDeadlineSeconds: startingDeadline(schedule, deadlineSeconds),
  successfulJobsHistoryLimit: 3,
  failedJobsHistoryLimit: 3,
});

/**
 * Seconds that a run may start late, after the control plane or the cluster was away: as long as it can still end
 * before the next one starts, and never less than ten minutes. Below the gap between two runs, so that no more than one
 * missed start is ever counted (Kubernetes gives up on a CronJob at a hundred).
 */
function startingDeadline(schedule: Schedule, deadlineSeconds: number): number {
  const gap = shortestGap(schedule, REFERENCE);
  return Math.max(600, Math.floor(gap) - deadlineSeconds);
}
