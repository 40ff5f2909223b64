import { restoreServiceAccount } from '../../../lib/access/service-accounts.ts';
import type { Protection, SourceOf } from '../../../lib/plan/compiled.ts';
import type { ThawSpeed } from '../../../lib/plan/limits.ts';
import type { Size } from '../../../lib/plan/values/size.ts';
import { LONGEST_SECONDS } from '../by-hand.ts';
import { AGENT_UID } from '../pod.ts';
import { POSTGRESQL_MEMORY } from '../restore.ts';
import { scratchVolume } from '../scratch-volume.ts';
import { thaw } from '../thaw.ts';
import type { Work } from '../work.ts';
import { databaseAccess } from './database-access.ts';

export type LoadPlan = NonNullable<SourceOf<'postgresql'>['settings']['load']>;

const SCRATCH = '/scratch';

/**
 * Loads into the running server, as the role that may, with a volume for the archive.
 * @param what to load: options of `tidemark load`
 * @param read rows whose backups it may read
 * @param recovered room for a whole cluster, where what is loaded is recovered first
 */
export function loadWork(
  source: SourceOf<'postgresql'>,
  load: LoadPlan,
  name: string,
  what: readonly string[],
  read: readonly Protection[],
  speed?: ThawSpeed,
  recovered?: Size,
): Work {
  const { env, volumes } = databaseAccess(source, load.credentials);
  const archive = scratchVolume({
    name: 'archive',
    size: recovered ?? load.scratch,
    mountPath: SCRATCH,
  });
  const { args, seconds } = thaw(read, speed);
  return {
    name,
    component: 'load',
    pod: {
      serviceAccountName: restoreServiceAccount(source.name),
      kubernetesApi: what.includes('--scale'),
      user: { uid: AGENT_UID, gid: AGENT_UID },
      ownsVolumes: true,
      command: [
        'load',
        ...what,
        '--scratch',
        SCRATCH,
        ...args.filter((arg) => !what.includes(arg)),
      ],
      env,
      volumes: [...volumes, archive],
      resources: { cpu: ['250m', '2'], memory: recovered ? POSTGRESQL_MEMORY : '512Mi' },
      restartPolicy: 'Never',
      graceSeconds: 120,
    },
    // A second try may find another state than the first: a person looks first.
    ...{ deadlineSeconds: LONGEST_SECONDS + seconds, retries: 0 },
  };
}
