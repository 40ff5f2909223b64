import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { restoreServiceAccount } from '../../../lib/access/service-accounts.ts';
import { memoryName } from '../../../lib/lock/workloads.ts';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { BY_HAND } from '../by-hand.ts';
import { jobSpec } from '../job.ts';
import { componentLabels, cronJobName, planLabels } from '../names.ts';
import { AGENT_UID, podSpec } from '../pod.ts';
import { serverNamespace } from '../server-location.ts';
import { wave } from '../sync-wave.ts';
import { databaseAccess } from './database-access.ts';

type LoadPlan = NonNullable<SourceOf<'postgresql'>['settings']['load']>;

const SCRATCH = '/scratch';

/** Longer than any load; it only keeps a job that hangs from staying for ever. */
const DEADLINE_SECONDS = 24 * 3600;

/**
 * Loads the newest dump of the plan's database into the running server, when a person starts it with
 * `kubectl create job --from=cronjob/…`. The database that was there stays under another name.
 */
export class LoadLatestChart extends Chart {
  constructor(
    scope: Construct,
    id: string,
    compiled: CompiledPlan,
    source: SourceOf<'postgresql'>,
    load: LoadPlan,
  ) {
    super(scope, id, { disableResourceNameHashes: true });
    const labels = componentLabels(compiled, source, 'load');
    const { env, volumes } = databaseAccess(source, load.credentials);
    new k8s.KubeCronJob(this, 'CronJob', {
      metadata: {
        name: cronJobName(source.name, 'load-latest'),
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
              kubernetesApi: load.scale !== undefined,
              user: { uid: AGENT_UID, gid: AGENT_UID },
              ownsVolumes: true,
              command: [
                'load',
                ...['--replace', '--confirm', source.settings.server.database],
                ...['--scratch', SCRATCH],
                ...(load.scale ? ['--scale'] : []),
              ],
              env,
              volumes: [...volumes, scratchVolume(load.scratch)],
              resources: { cpu: ['250m', '2'], memory: '512Mi' },
              restartPolicy: 'Never',
              graceSeconds: 120,
            }),
            // A second try may find another state than the first: a person looks first.
            { deadlineSeconds: DEADLINE_SECONDS, retries: 0 },
          ),
        },
      },
    });
    if (load.scale) this.grantScaling(compiled, source, load.scale);
  }

  /** How many replicas there are, of exactly these, and a Lease that remembers it: nothing else of them can be changed. */
  private grantScaling(
    compiled: CompiledPlan,
    source: SourceOf<'postgresql'>,
    scale: readonly string[],
  ): void {
    const own = compiled.kubernetes.namespace;
    const kinds = Map.groupBy(scale, (workload) => workload.split('/')[0] ?? '');
    const leases = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
    this.grant(compiled, source, serverNamespace(compiled, source) ?? own, 'scale', [
      ...[...kinds].map(([kind, workloads]) => ({
        apiGroups: ['apps'],
        resources: [`${kind}s/scale`],
        resourceNames: workloads.map((workload) => workload.slice(kind.length + 1)),
        verbs: ['get', 'patch'],
      })),
    ]);
    this.grant(compiled, source, own, 'replicas', [
      { ...leases, resourceNames: [memoryName(source.name)], verbs: ['get', 'patch'] },
      // RBAC cannot restrict `create` to a name: the object has none yet when it is asked.
      { ...leases, verbs: ['create'] },
    ]);
  }

  private grant(
    compiled: CompiledPlan,
    source: SourceOf<'postgresql'>,
    namespace: string,
    what: string,
    rules: k8s.PolicyRule[],
  ): void {
    const name = `tidemark-${source.name}-${what}`;
    const metadata = {
      ...{ name, namespace, labels: planLabels(compiled), annotations: wave('policy') },
    };
    new k8s.KubeRole(this, `${what}-role`, { metadata, rules });
    new k8s.KubeRoleBinding(this, `${what}-binding`, {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [
        {
          kind: 'ServiceAccount',
          name: restoreServiceAccount(source.name),
          namespace: compiled.kubernetes.namespace,
        },
      ],
    });
  }
}

/** A volume of the pod's own, which goes with it. */
const scratchVolume = (size: LoadPlan['scratch']) => ({
  name: 'archive',
  ephemeral: {
    volumeClaimTemplate: {
      spec: {
        accessModes: ['ReadWriteOnce'],
        // Kubernetes writes `GiB` as `Gi`.
        resources: { requests: { storage: k8s.Quantity.fromString(size.replace(/B$/, '')) } },
      },
    },
  },
  mountPath: SCRATCH,
  readOnly: false,
});
