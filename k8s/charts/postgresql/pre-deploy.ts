import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { backupServiceAccount } from '../../../lib/access/service-accounts.ts';
import type { CompiledPlan, Protection, SourceOf } from '../../../lib/plan/compiled.ts';
import { BACKUP_COMPONENTS } from '../names.ts';
import { AGENT_UID } from '../pod.ts';
import { BACKUP_MEMORY } from '../scheduled-backup.ts';
import { job, type Work } from '../work.ts';
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
    const metadata = { annotations: HOOK };
    new k8s.KubeJob(this, 'Job', job(compiled, source, preDeployWork(source, dump), metadata));
  }
}

/** The dump as work that pipelines start by its name, or a hook. */
export const preDeployWork = (
  source: SourceOf<'postgresql'>,
  { deadlineSeconds }: Protection,
): Work => ({
  name: LABEL,
  component: BACKUP_COMPONENTS.logical,
  pod: {
    serviceAccountName: backupServiceAccount(source.name),
    kubernetesApi: true,
    user: { uid: AGENT_UID, gid: AGENT_UID },
    command: ['backup', '--kind', 'logical', '--label', LABEL],
    ...databaseAccess(source),
    resources: { cpu: ['250m', '2'], memory: BACKUP_MEMORY.logical },
    restartPolicy: 'Never',
    graceSeconds: 60,
  },
  deadlineSeconds,
  // A scheduled backup may hold the source's lock.
  retries: 3,
});
