import { z } from 'zod';
import type { KubernetesObject } from '../synthesised.ts';
import { templateOf } from '../templates.ts';

/** What every manifest keeps to, beyond what an API server or kube-score would refuse. */
export interface Rule {
  readonly name: string;
  readonly reason: string;
  /** What is wrong with an object, among all that its cluster is given. */
  broken(object: KubernetesObject, all: readonly KubernetesObject[]): string[];
}

const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]),
  ports: z.array(z.looseObject({ hostPort: z.number().optional() })).default([]),
  resources: z
    .looseObject({
      limits: z.record(z.string(), z.string()).default({}),
      requests: z.record(z.string(), z.string()).default({}),
    })
    .default({ limits: {}, requests: {} }),
});
const podSchema = z.looseObject({
  serviceAccountName: z.string().default('default'),
  automountServiceAccountToken: z.boolean().optional(),
  enableServiceLinks: z.boolean().optional(),
  terminationGracePeriodSeconds: z.number().optional(),
  containers: z.array(containerSchema),
  initContainers: z.array(containerSchema).default([]),
  volumes: z.array(z.looseObject({ name: z.string() })).default([]),
});
type PodSpec = z.infer<typeof podSchema>;

/** A rule of pods; nothing of what has none. */
export const ofPods =
  (broken: (pod: PodSpec, all: readonly KubernetesObject[], namespace?: string) => string[]) =>
  (object: KubernetesObject, all: readonly KubernetesObject[]): string[] => {
    const template = templateOf(object);
    if (!template) return [];
    return broken(podSchema.parse(template.spec), all, object.metadata?.namespace);
  };

const containersOf = ({ containers, initContainers }: PodSpec) => [
  ...containers,
  ...initContainers,
];

const named = (all: readonly KubernetesObject[], kind: string, name: unknown, namespace?: string) =>
  all.find(
    ({ kind: its, metadata }) =>
      its === kind && metadata?.name === name && metadata?.namespace === namespace,
  );

const bindingSchema = z.looseObject({
  roleRef: z.object({ kind: z.string(), name: z.string(), apiGroup: z.string() }),
  subjects: z.array(z.looseObject({ name: z.string(), namespace: z.string() })),
});
const mapSchema = z.looseObject({
  configMap: z.looseObject({ name: z.string(), optional: z.boolean().optional() }).optional(),
});
const emptyDirSchema = z.looseObject({
  emptyDir: z.looseObject({ sizeLimit: z.string().optional() }).optional(),
});

/** Names of variables whose values nobody may read in a repository. */
const SECRET = /PASSWORD|SECRET|TOKEN(?!_FILE)|CREDENTIAL(?!S_FULL_URI)|PRIVATE_KEY|ACCESS_KEY/;
/** A version or a digest; `latest` is neither. */
const PINNED = /@sha256:[0-9a-f]{64}$|:\d+\.\d+\.\d+-[a-z]+\d*$/;

export const POD_RULES: readonly Rule[] = [
  {
    name: 'own-account',
    reason: 'rights that are given to the default account are everybody’s',
    broken: ofPods(({ serviceAccountName: account }, all, namespace) =>
      named(all, 'ServiceAccount', account, namespace)
        ? []
        : [`nobody makes the account ${account}`],
    ),
  },
  {
    name: 'token-where-used',
    reason: 'a token that a pod does not need is one that can be stolen from it',
    broken: ofPods(({ serviceAccountName: account, automountServiceAccountToken }, all) => {
      if (automountServiceAccountToken === false) return [];
      const bound = all.some(
        ({ kind, ...rest }) =>
          kind === 'RoleBinding' &&
          bindingSchema.parse(rest).subjects.some(({ name }) => name === account),
      );
      return bound ? [] : [`${account} has a token and no right`];
    }),
  },
  {
    name: 'no-secret-values',
    reason: 'manifests are kept where many read them',
    broken: ofPods((pod) =>
      containersOf(pod).flatMap(({ env }) =>
        env.flatMap(({ name, value }) =>
          value !== undefined && SECRET.test(name) ? [`${name} has a value`] : [],
        ),
      ),
    ),
  },
  {
    name: 'pinned-image',
    reason: 'the same manifest runs the same program',
    broken: ofPods((pod) =>
      containersOf(pod).flatMap(({ image }) => (PINNED.test(image) ? [] : [`${image} may change`])),
    ),
  },
  {
    name: 'nothing-of-the-node',
    reason: 'a pod that sees its node sees every pod on it',
    broken: ofPods((pod) => [
      ...['hostNetwork', 'hostPID', 'hostIPC'].filter((key) => pod[key] === true),
      ...pod.volumes.filter((volume) => 'hostPath' in volume).map(({ name }) => `volume ${name}`),
      ...containersOf(pod).flatMap(({ ports }) =>
        ports.flatMap(({ hostPort }) => (hostPort === undefined ? [] : [`port ${hostPort}`])),
      ),
    ]),
  },
  {
    name: 'memory-is-kept',
    reason:
      'the kernel kills what has more than was promised to it; disks fill for all pods of a node',
    broken: ofPods((pod) =>
      containersOf(pod).flatMap(({ name, resources: { limits, requests } }) => [
        ...(limits.memory && limits.memory === requests.memory ? [] : [`${name}: memory`]),
        ...(limits['ephemeral-storage'] ? [] : [`${name}: ephemeral-storage`]),
        ...(requests.cpu ? [] : [`${name}: cpu`]),
      ]),
    ),
  },
  {
    name: 'bounded-volumes',
    reason: 'what may grow without end ends with the node',
    broken: ofPods(({ volumes }) =>
      volumes
        .map((volume) => ({ ...emptyDirSchema.parse(volume), name: volume.name }))
        .flatMap(({ name, emptyDir }) =>
          emptyDir && !emptyDir.sizeLimit ? [`${name} has no limit`] : [],
        ),
    ),
  },
  {
    name: 'plan-is-there',
    reason: 'a pod whose ConfigMap nobody makes never starts',
    broken: ofPods(({ volumes }, all, namespace) =>
      volumes
        .flatMap((volume) => mapSchema.parse(volume).configMap ?? [])
        .flatMap(({ name, optional }) =>
          optional || named(all, 'ConfigMap', name, namespace) ? [] : [`nobody makes ${name}`],
        ),
    ),
  },
  {
    name: 'no-service-variables',
    reason: 'names of a namespace’s services are not a program’s settings',
    broken: ofPods(({ enableServiceLinks }) =>
      enableServiceLinks === false ? [] : ['it has them'],
    ),
  },
];
