import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { restoreServiceAccount } from '../../lib/access/service-accounts.ts';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { THAW_SECONDS } from '../../lib/plan/limits.ts';
import { parseRetentionClass } from '../../lib/plan/values/retention.ts';
import { BY_HAND } from './by-hand.ts';
import { jobSpec } from './job.ts';
import { componentLabels, cronJobName } from './names.ts';
import { podSpec } from './pod.ts';
import { wave } from './sync-wave.ts';

const VOLUME_DIRECTORY = '/restore';
const DATA_DIRECTORY = `${VOLUME_DIRECTORY}/data`;

/** Longer than any recovery; it only keeps a job that hangs from staying for ever. */
const DEADLINE_SECONDS = 24 * 3600;

/** Nobody goes on where a job has ended: where the newest backup may be archived, it waits for the thaw. */
const thaw = ({ protections }: DerivedSource) =>
  protections.some(({ tiers }) => tiers.some((tier) => isArchived(tier.class)))
    ? { args: ['--wait-for-thaw'], seconds: THAW_SECONDS.standard }
    : { args: [], seconds: 0 };

const isArchived = (name: string): boolean => parseRetentionClass(name).storage === 'archive';

interface RestorePlace {
  /** An existing PersistentVolumeClaim. */
  readonly volumeClaim: string;
  /** Of the pod: the server itself reads what was restored in it. */
  readonly memory: string;
}

/**
 * Restores the newest recoverable state into the source's volume, when a person starts it with
 * `kubectl create job --from=cronjob/…`. Runs as the server's own user, so that the server can start on what it finds.
 */
export class RestoreLatestChart extends Chart {
  constructor(
    scope: Construct,
    id: string,
    compiled: CompiledPlan,
    source: DerivedSource,
    { volumeClaim, memory }: RestorePlace,
  ) {
    super(scope, id, { disableResourceNameHashes: true });
    const labels = componentLabels(compiled, source, 'restore');
    new k8s.KubeCronJob(this, 'CronJob', {
      metadata: {
        name: cronJobName(source.name, 'restore-latest'),
        namespace: compiled.kubernetes.namespace,
        labels,
        annotations: wave('jobs'),
      },
      spec: {
        ...BY_HAND,
        jobTemplate: {
          metadata: { labels },
          spec: jobSpec(
            labels,
            podSpec(compiled, source, {
              serviceAccountName: restoreServiceAccount(source.name),
              kubernetesApi: false,
              user: { uid: source.settings.server.uid, gid: source.settings.server.gid },
              command: [
                'restore',
                '--target',
                DATA_DIRECTORY,
                '--to',
                'latest',
                ...thaw(source).args,
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
            }),
            // A second try would find the first one's files and refuse: a person looks first.
            { deadlineSeconds: DEADLINE_SECONDS + thaw(source).seconds, retries: 0 },
          ),
        },
      },
    });
  }
}
