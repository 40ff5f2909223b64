import { z } from 'zod';
import type { KubernetesObject } from '../synthesised.ts';
import { templateOf } from '../templates.ts';
import { ofPods, type Rule } from './rules.ts';

const cronJobSchema = z.looseObject({
  timeZone: z.string().optional(),
  suspend: z.boolean().optional(),
  concurrencyPolicy: z.string().optional(),
  startingDeadlineSeconds: z.number().optional(),
  jobTemplate: z.looseObject({ spec: z.looseObject({}) }),
});
const jobSchema = z.looseObject({
  activeDeadlineSeconds: z.number().optional(),
  backoffLimit: z.number().optional(),
  ttlSecondsAfterFinished: z.number().optional(),
});
const deploymentSchema = z.looseObject({
  replicas: z.number().optional(),
  template: z.looseObject({
    spec: z.looseObject({
      containers: z.array(
        z.looseObject({
          readinessProbe: z.unknown().optional(),
          livenessProbe: z.unknown().optional(),
        }),
      ),
    }),
  }),
});
const rulesSchema = z.looseObject({
  rules: z.array(
    z.object({
      apiGroups: z.array(z.string()),
      resources: z.array(z.string()),
      resourceNames: z.array(z.string()).optional(),
      verbs: z.array(z.string()),
    }),
  ),
});
const bindingSchema = z.looseObject({
  roleRef: z.looseObject({ kind: z.string(), name: z.string() }),
  subjects: z.array(z.looseObject({ name: z.string(), namespace: z.string() })),
});

const isJob = (object: KubernetesObject) => object.kind === 'Job' || object.kind === 'CronJob';

const jobOf = ({ kind, spec }: KubernetesObject) =>
  jobSchema.parse(kind === 'Job' ? spec : cronJobSchema.parse(spec).jobTemplate.spec);

export const OBJECT_RULES: readonly Rule[] = [
  {
    name: 'jobs-end',
    reason: 'one that hangs holds the lock of its source, and one that has ended is in the way',
    broken: (object) =>
      isJob(object)
        ? (['activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished'] as const).filter(
            (key) => jobOf(object)[key] === undefined,
          )
        : [],
  },
  {
    name: 'schedules-are-exact',
    reason:
      'a schedule says its time zone, never runs twice at once, and is caught up or given up, not forgotten',
    broken: ({ kind, spec }) => {
      if (kind !== 'CronJob') return [];
      const { timeZone, concurrencyPolicy, startingDeadlineSeconds, suspend } =
        cronJobSchema.parse(spec);
      return [
        ...(timeZone ? [] : ['it has no time zone']),
        ...(concurrencyPolicy === 'Forbid' ? [] : ['two may run at once']),
        ...(suspend || startingDeadlineSeconds !== undefined
          ? []
          : ['it may start at any time later']),
      ];
    },
  },
  {
    name: 'probes-of-what-stays',
    reason: 'what has stopped working is told, and what is stuck is started again',
    broken: ({ kind, spec }) =>
      kind === 'Deployment'
        ? deploymentSchema
            .parse(spec)
            .template.spec.containers.flatMap(({ readinessProbe, livenessProbe }) => [
              ...(readinessProbe ? [] : ['no readiness probe']),
              ...(livenessProbe ? [] : ['no liveness probe']),
            ])
        : [],
  },
  {
    name: 'time-to-end',
    reason: 'thirty seconds are an accident, not a decision',
    broken: ofPods(({ terminationGracePeriodSeconds: seconds }) =>
      seconds === undefined ? ['nobody has decided how long it may take to end'] : [],
    ),
  },
  {
    name: 'least-rights',
    reason: 'a right that covers more than its use is somebody else’s one day',
    broken: ({ kind, ...rest }) =>
      kind === 'Role' || kind === 'ClusterRole'
        ? rulesSchema
            .parse(rest)
            .rules.flatMap(({ apiGroups, resources, resourceNames, verbs }) => [
              ...[...apiGroups, ...resources, ...verbs].filter((word) => word === '*'),
              ...resources.filter((word) => /^(secrets|pods\/exec)$/.test(word)),
              // A name cannot be given to what does not exist yet.
              ...(resourceNames || verbs.every((verb) => verb === 'create')
                ? []
                : [`all ${resources.join(', ')}`]),
            ])
        : [],
  },
  {
    name: 'bound-to-what-is-there',
    reason: 'a binding to nobody is one that somebody can become',
    broken: ({ kind, metadata, ...rest }, all) => {
      if (kind !== 'RoleBinding') return [];
      const { roleRef, subjects } = bindingSchema.parse(rest);
      const there = (of: string, name: string, namespace?: string) =>
        all.some(
          (one) =>
            one.kind === of && one.metadata?.name === name && one.metadata.namespace === namespace,
        );
      return [
        ...(there(roleRef.kind, roleRef.name, metadata?.namespace) ? [] : [roleRef.name]),
        ...subjects.flatMap(({ name, namespace }) =>
          there('ServiceAccount', name, namespace) ? [] : [name],
        ),
      ];
    },
  },
  {
    name: 'labelled',
    reason: 'what Tidemark has put into a cluster is found, and removed, by its labels',
    broken: ({ kind, metadata }) =>
      ['app.kubernetes.io/managed-by', 'app.kubernetes.io/part-of'].filter(
        (label) => kind !== 'Namespace' && metadata?.labels?.[label] === undefined,
      ),
  },
  {
    name: 'once',
    reason: 'the second of a name silently replaces the first',
    broken: (object, all) =>
      all.filter(
        ({ kind, metadata }) =>
          kind === object.kind &&
          metadata?.name === object.metadata?.name &&
          metadata?.namespace === object.metadata?.namespace,
      ).length > 1
        ? ['there are two']
        : [],
  },
  {
    name: 'known-to-schedulers',
    reason: 'what takes hours is not moved for the sake of a fuller node',
    broken: (object) => {
      const annotations = templateOf(object)?.metadata?.annotations;
      return isJob(object) && annotations?.['karpenter.sh/do-not-disrupt'] !== 'true'
        ? ['it may be moved']
        : [];
    },
  },
];
