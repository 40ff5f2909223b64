import { backupServiceAccount } from '../../../lib/access/service-accounts.ts';
import type { Protection, SourceOf } from '../../../lib/plan/compiled.ts';
import { BACKUP_COMPONENTS } from '../names.ts';
import { AGENT_UID } from '../pod.ts';
import { BACKUP_MEMORY } from '../scheduled-backup.ts';
import type { Work } from '../work.ts';
import { databaseAccess } from './database-access.ts';

/** Label of the backups, by which they are found when a deployment is undone. */
export const PRE_DEPLOY = 'pre-deploy';

/** What is dumped before a deployment, if the plan wants that. */
export const preDeployDump = (source: SourceOf<'postgresql'>): Protection | undefined =>
  source.settings.hooks?.preDeploy
    ? source.protections.find(({ kind, derived }) => derived && kind === 'logical')
    : undefined;

/** The dump as work that pipelines start by its name, or a hook. */
export const preDeployWork = (
  source: SourceOf<'postgresql'>,
  { deadlineSeconds }: Protection,
): Work => ({
  name: PRE_DEPLOY,
  component: BACKUP_COMPONENTS.logical,
  pod: {
    serviceAccountName: backupServiceAccount(source.name),
    kubernetesApi: true,
    user: { uid: AGENT_UID, gid: AGENT_UID },
    command: ['backup', '--kind', 'logical', '--label', PRE_DEPLOY],
    ...databaseAccess(source),
    resources: { cpu: ['250m', '2'], memory: BACKUP_MEMORY.logical },
    restartPolicy: 'Never',
    graceSeconds: 60,
  },
  deadlineSeconds,
  retries: 3,
  // A scheduled backup may hold the source's lock, for hours: a deployment waits for it.
  waits: true,
});
