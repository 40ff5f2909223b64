import { k8s } from 'cdk8s-plus-28';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import {
  CONFIG_DIRECTORY,
  CONFIG_FILE,
  configMapName,
  sourceConfigMapName,
} from './configuration.ts';
import { baseImage, imageOf } from './image.ts';
import { storeAccess, storeUse } from './store-access.ts';

/** The program in the image; what the Dockerfile's ENTRYPOINT runs. */
export const PROGRAM = 'tidemark';

/** The image's user, for pods that own no file of the server's. */
export const AGENT_UID = 65_532;

/** The only writable directory besides volumes that a pod asks for. */
export const SCRATCH_DIRECTORY = '/tmp';

/** What one workload asks for beyond what every pod of Tidemark has. */
export interface PodNeeds {
  readonly serviceAccountName: string;
  /** The pod takes a Lease, so it needs the Kubernetes API. */
  readonly kubernetesApi: boolean;
  readonly user: { readonly uid: number; readonly gid: number };
  /** A new volume of the pod's own is root's: with this it may write there. */
  readonly ownsVolumes?: boolean;
  /** Subcommand, then its options; configuration and source are added. */
  readonly command: readonly [string, ...string[]];
  readonly env?: readonly k8s.EnvVar[];
  readonly resources: { readonly cpu: readonly [string, string]; readonly memory: string };
  readonly volumes?: readonly (k8s.Volume & {
    readonly mountPath: string;
    readonly readOnly: boolean;
  })[];
  /** Where others may connect to; none unless a policy lets them in. */
  readonly ports?: readonly k8s.ContainerPort[];
  readonly probes?: Pick<k8s.Container, 'startupProbe' | 'readinessProbe' | 'livenessProbe'>;
  readonly restartPolicy: 'Always' | 'Never';
  /** Seconds between the request to end and the kill. */
  readonly graceSeconds: number;
}

/** A pod of one source. */
export const podSpec = (
  compiled: CompiledPlan,
  source: DerivedSource,
  needs: PodNeeds,
): k8s.PodSpec =>
  restrictedPod(compiled, needs, {
    image: imageOf(compiled, source),
    plan: sourceConfigMapName(compiled, source),
    scope: ['--source', source.name],
  });

/** A pod of the whole plan; no server's programs are in its image. */
export const planPodSpec = (compiled: CompiledPlan, needs: PodNeeds): k8s.PodSpec =>
  restrictedPod(compiled, needs, {
    image: baseImage(compiled),
    plan: configMapName(compiled),
    scope: [],
  });

interface Program {
  readonly image: string;
  /** Name of the ConfigMap. */
  readonly plan: string;
  /** Options that say which part of the plan the program is for. */
  readonly scope: readonly string[];
}

/** A pod that satisfies the restricted Pod Security Standard, whatever runs in it. */
function restrictedPod(
  compiled: CompiledPlan,
  needs: PodNeeds,
  { image, plan, scope }: Program,
): k8s.PodSpec {
  const [subcommand, ...options] = needs.command;
  const store = storeAccess(compiled, storeUse(needs.serviceAccountName));
  const volumes = [...baseVolumes(plan), ...store.volumes, ...(needs.volumes ?? [])];
  return {
    serviceAccountName: needs.serviceAccountName,
    automountServiceAccountToken: needs.kubernetesApi,
    enableServiceLinks: false,
    restartPolicy: needs.restartPolicy,
    terminationGracePeriodSeconds: needs.graceSeconds,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: needs.user.uid,
      runAsGroup: needs.user.gid,
      // What is on a volume already keeps its modes: a server refuses a directory that its group may write to.
      ...(needs.ownsVolumes
        ? { fsGroup: needs.user.gid, fsGroupChangePolicy: 'OnRootMismatch' }
        : {}),
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [
      {
        name: 'tidemark',
        image,
        imagePullPolicy: 'IfNotPresent',
        command: [PROGRAM],
        args: [subcommand, '--config', `${CONFIG_DIRECTORY}/${CONFIG_FILE}`, ...scope, ...options],
        env: [...store.env, ...BASE_ENV, ...(needs.env ?? [])],
        resources: resources(needs.resources),
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
        },
        terminationMessagePolicy: 'FallbackToLogsOnError',
        volumeMounts: volumes.map(({ name, mountPath, readOnly }) => ({
          name,
          mountPath,
          ...(readOnly ? { readOnly } : {}),
        })),
        ...(needs.ports && { ports: [...needs.ports] }),
        ...needs.probes,
      },
    ],
    volumes: volumes.map(({ mountPath: _mountPath, readOnly: _readOnly, ...volume }) => volume),
  };
}

const BASE_ENV: readonly k8s.EnvVar[] = [
  { name: 'HOME', value: SCRATCH_DIRECTORY },
  { name: 'TMPDIR', value: SCRATCH_DIRECTORY },
];

const baseVolumes = (plan: string): NonNullable<PodNeeds['volumes']> => [
  {
    name: 'plan',
    configMap: { name: plan },
    mountPath: CONFIG_DIRECTORY,
    readOnly: true,
  },
  {
    name: 'scratch',
    emptyDir: { medium: 'Memory', sizeLimit: k8s.Quantity.fromString('16Mi') },
    mountPath: SCRATCH_DIRECTORY,
    readOnly: false,
  },
];

/** Memory is requested in full, because the kernel kills instead of slowing down; CPU may burst. */
function resources({
  cpu: [request, limit],
  memory,
}: PodNeeds['resources']): k8s.ResourceRequirements {
  const quantity = k8s.Quantity.fromString;
  return {
    requests: {
      cpu: quantity(request),
      memory: quantity(memory),
      'ephemeral-storage': quantity('64Mi'),
    },
    limits: {
      cpu: quantity(limit),
      memory: quantity(memory),
      'ephemeral-storage': quantity('256Mi'),
    },
  };
}
