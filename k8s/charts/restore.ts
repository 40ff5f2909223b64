import { restoreServiceAccount } from '../../lib/access/service-accounts.ts';
import type { DerivedSource } from '../../lib/plan/compiled.ts';
import type { ThawSpeed } from '../../lib/plan/limits.ts';
import { LONGEST_SECONDS } from './by-hand.ts';
import { thaw } from './thaw.ts';
import type { Work } from './work.ts';

const VOLUME_DIRECTORY = '/restore';
const DATA_DIRECTORY = `${VOLUME_DIRECTORY}/data`;

/** PostgreSQL recovers in the pod, with its default shared buffers of 128 MiB. */
export const POSTGRESQL_MEMORY = '1Gi';

/** Where a restore puts what it brings back. */
export interface RestorePlace {
  /** An existing PersistentVolumeClaim. */
  readonly volumeClaim: string;
  /** Of the pod: the server itself reads what was restored in it. */
  readonly memory: string;
}

/**
 * What the plan says about it; undefined where it does not say enough.
 * @param volumeClaim instead of the plan's
 */
export function restorePlace(
  { engine, settings }: DerivedSource,
  volumeClaim = settings.restore?.volumeClaim,
): RestorePlace | undefined {
  const memory = engine === 'postgresql' ? POSTGRESQL_MEMORY : settings.restore?.memory;
  return volumeClaim === undefined || memory === undefined ? undefined : { volumeClaim, memory };
}

/**
 * Restores into the source's volume. Runs as the server's own user, so that the server can start on what it finds.
 * @param what to restore: options of `tidemark restore`
 */
export function restoreWork(
  source: DerivedSource,
  { volumeClaim, memory }: RestorePlace,
  name: string,
  what: readonly string[],
  speed?: ThawSpeed,
): Work {
  const { args, seconds } = thaw(source.protections, speed);
  const { uid, gid } = source.settings.server;
  return {
    name,
    component: 'restore',
    pod: {
      serviceAccountName: restoreServiceAccount(source.name),
      kubernetesApi: false,
      user: { uid, gid },
      // A new volume is root's.
      ownsVolumes: true,
      command: [
        'restore',
        '--target',
        DATA_DIRECTORY,
        ...what,
        ...args.filter((arg) => !what.includes(arg)),
      ],
      volumes: [
        {
          name: 'restore',
          persistentVolumeClaim: { claimName: volumeClaim },
          mountPath: VOLUME_DIRECTORY,
          readOnly: false,
        },
      ],
      resources: { cpu: ['500m', '4'], memory },
      restartPolicy: 'Never',
      graceSeconds: 120,
    },
    // A second try would find the first one's files and refuse: a person looks first.
    ...{ deadlineSeconds: LONGEST_SECONDS + seconds, retries: 0 },
  };
}
