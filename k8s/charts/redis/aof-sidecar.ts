import { backupServiceAccount } from '../../../lib/access/service-accounts.ts';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { podSpec } from '../pod.ts';
import { serverNamespace } from '../server-location.ts';
import { asServer, serverWorkload } from '../server-pod.ts';
import type { SidecarPatch } from '../sidecar-patches.ts';
import { optional, withoutWaiting } from '../store-access.ts';
import { serverAccess } from './server-access.ts';

const DATA_DIRECTORY = '/redis';
const TOKEN_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';
const TOKEN_SECONDS = 3600;

/**
 * What ships the append-only file, beside Redis in its pod: a sidecar of Kubernetes 1.29 and newer, which starts before
 * Redis and ends after it, so that its last words are stored. It has no probes: a store that is away is no reason to take
 * Redis out of its service, and `tidemark status` tells. Undefined where the plan keeps no such file.
 */
export function aofSidecar(
  compiled: CompiledPlan,
  source: SourceOf<'redis'>,
): SidecarPatch | undefined {
  const { appendonly, server } = source.settings;
  const ships = source.protections.some(({ kind, derived }) => kind === 'aof' && derived);
  const { namespace } = compiled.kubernetes;
  if (!appendonly || !ships || serverNamespace(compiled, source) !== namespace) return undefined;
  const { env, volumes } = serverAccess(source);
  const serviceAccountName = backupServiceAccount(source.name);
  const spec = podSpec(compiled, source, {
    serviceAccountName,
    // Redis itself gets no token: the sidecar brings its own.
    kubernetesApi: false,
    user: server,
    command: ['aof', '--data', DATA_DIRECTORY],
    env: [...env, { name: 'REDIS_HOST', value: '127.0.0.1' }],
    volumes: [...volumes, token()],
    resources: { cpu: ['100m', '1'], memory: '256Mi' },
    restartPolicy: 'Always',
    graceSeconds: 30,
  });
  return {
    target: serverWorkload(source, appendonly.workload),
    template: {
      serviceAccountName,
      initContainers: spec.containers.map((container) => ({
        ...asServer(source, container),
        name: 'tidemark-aof',
        restartPolicy: 'Always',
        env: (container.env ?? []).map(withoutWaiting),
        volumeMounts: [
          ...(container.volumeMounts ?? []).map((mount) => ({ ...mount, name: own(mount.name) })),
          { name: appendonly.volume, mountPath: DATA_DIRECTORY, readOnly: true },
        ],
      })),
      volumes: (spec.volumes ?? []).map((volume) => ({
        ...volume,
        name: own(volume.name),
        // The plan that Redis was deployed with may have been removed since: Redis starts all the same, and this does not.
        ...optional(volume),
      })),
    },
  };
}

/** Other volumes of the pod may have the same name. */
const own = (name: string): string => `tidemark-${name}`;

/** What a pod with a mounted token has, for one container alone. */
const token = () => ({
  name: 'token',
  mountPath: TOKEN_DIRECTORY,
  readOnly: true,
  projected: {
    sources: [
      { serviceAccountToken: { path: 'token', expirationSeconds: TOKEN_SECONDS } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardApi: {
          items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
  },
});
