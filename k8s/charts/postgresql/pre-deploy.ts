import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { backupServiceAccount } from '../../../lib/access/service-accounts.ts';
import type { CompiledPlan, Protection, SourceOf } from '../../../lib/plan/compiled.ts';
import { BY_HAND } from '../by-hand.ts';
import { jobSpec } from '../job.ts';
import { BACKUP_COMPONENTS, componentLabels, cronJobName } from '../names.ts';
import { AGENT_UID, podSpec } from '../pod.ts';
import { BACKUP_MEMORY } from '../scheduled-backup.ts';
import { wave } from '../sync-wave.ts';
import { databaseAccess } from './database-access.ts';

/** Label of the backups, by which they are found when a deployment is undone. */
const LABEL = 'pre-deploy';

/**
 * Before anything of a deployment is applied; a failure stops it. The job of the deployment before is removed first, so
 * that its log stays until then. Argo CD reads the first two, Helm the others.
 */
const HOOK = {
  'argocd.argoproj.io/hook': 'PreSync',
  'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
  'helm.sh/hook': 'pre-upgrade',
  'helm.sh/hook-delete-policy': 'before-hook-creation',
} as const;

/** What is dumped before a deployment, if the plan wants that. */
export const preDeployDump = (source: SourceOf<'postgresql'>): Protection | undefined =>
  source.settings.hooks?.preDeploy
    ? source.protections.find(({ kind, derived }) => derived && kind === 'logical')
    : undefined;

/** The dump as a suspended CronJob, which pipelines start by its name. */
export class PreDeployChart extends Chart {
  constructor(
    scope: Construct,
    id: string,
    compiled: CompiledPlan,
    source: SourceOf<'postgresql'>,
    dump: Protection,
  ) {
    super(scope, id, { disableResourceNameHashes: true });
    const labels = labelsOf(compiled, source);
    new k8s.KubeCronJob(this, 'CronJob', {
      metadata: {
        name: nameOf(source),
        namespace: compiled.kubernetes.namespace,
        labels,
        annotations: wave('jobs'),
      },
      spec: {
        ...BY_HAND,
        jobTemplate: { metadata: { labels }, spec: job(compiled, source, dump) },
      },
    });
  }
}

/** The dump as a hook, for the application that is deployed: never part of what Tidemark itself is deployed from. */
export class PreDeployHookChart extends Chart {
  constructor(
    scope: Construct,
    id: string,
    compiled: CompiledPlan,
    source: SourceOf<'postgresql'>,
    dump: Protection,
  ) {
    super(scope, id, { disableResourceNameHashes: true });
    new k8s.KubeJob(this, 'Job', {
      metadata: {
        name: nameOf(source),
        namespace: compiled.kubernetes.namespace,
        labels: labelsOf(compiled, source),
        annotations: HOOK,
      },
      spec: job(compiled, source, dump),
    });
  }
}

const nameOf = (source: SourceOf<'postgresql'>): string => cronJobName(source.name, LABEL);

const labelsOf = (compiled: CompiledPlan, source: SourceOf<'postgresql'>): Record<string, string> =>
  componentLabels(compiled, source, BACKUP_COMPONENTS.logical);

function job(
  compiled: CompiledPlan,
  source: SourceOf<'postgresql'>,
  { deadlineSeconds }: Protection,
): k8s.JobSpec {
  return jobSpec(
    labelsOf(compiled, source),
    podSpec(compiled, source, {
      serviceAccountName: backupServiceAccount(source.name),
      kubernetesApi: true,
      user: { uid: AGENT_UID, gid: AGENT_UID },
      command: ['backup', '--kind', 'logical', '--label', LABEL],
      ...databaseAccess(source),
      resources: { cpu: ['250m', '2'], memory: BACKUP_MEMORY.logical },
      restartPolicy: 'Never',
      graceSeconds: 60,
    }),
    // A scheduled backup may hold the source's lock.
    { deadlineSeconds, retries: 3 },
  );
}
