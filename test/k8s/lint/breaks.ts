import type { KubernetesObject } from '../synthesised.ts';

/** What pods are made of, to be changed: an object of its own, unlike what a schema returns. */
function templateOf({ spec }: KubernetesObject) {
  const { jobTemplate, template } = Object(spec);
  return jobTemplate ? jobTemplate.spec.template : template;
}

type Change = (objects: KubernetesObject[]) => void;

const BACKUP = 'CronJob/tidemark-orders-base-backup';

/** Changes one object, which has to be there. */
const object =
  (name: string, change: (object: KubernetesObject) => void): Change =>
  (objects) => {
    const found = objects.find(({ kind, metadata }) => `${kind}/${metadata?.name}` === name);
    if (!found) throw new Error(`there is no ${name}`);
    change(found);
  };

/** Merges into the pod of the backup. */
const pod = (changes: object): Change =>
  object(BACKUP, (found) => Object.assign(templateOf(found).spec, changes));

/** Merges into its container. */
const container = (changes: object): Change =>
  object(BACKUP, (found) => {
    Object.assign(templateOf(found).spec.containers[0], changes);
  });

/** A way to break each rule. */
export const BREAKS: Readonly<Record<string, Change>> = {
  'own-account': pod({ serviceAccountName: 'default' }),
  'token-where-used': (objects) => {
    const kept = objects.filter(({ kind }) => kind !== 'RoleBinding');
    objects.splice(0, objects.length, ...kept);
  },
  'no-secret-values': container({ env: [{ name: 'PGPASSWORD', value: 'secret' }] }),
  'pinned-image': container({ image: 'registry.example.com/tidemark:latest' }),
  'nothing-of-the-node': pod({ hostNetwork: true }),
  'memory-is-kept': container({ resources: { limits: { memory: '1Gi' } } }),
  'bounded-volumes': pod({ volumes: [{ name: 'scratch', emptyDir: {} }] }),
  'plan-is-there': pod({ volumes: [{ name: 'plan', configMap: { name: 'gone' } }] }),
  'no-service-variables': pod({ enableServiceLinks: undefined }),
  'jobs-end': object(BACKUP, ({ spec }) => {
    Object(spec).jobTemplate.spec.activeDeadlineSeconds = undefined;
  }),
  'schedules-are-exact': object(BACKUP, ({ spec }) => {
    Object(spec).startingDeadlineSeconds = undefined;
  }),
  'probes-of-what-stays': object('Deployment/tidemark-orders-wal', (found) => {
    templateOf(found).spec.containers[0].livenessProbe = undefined;
  }),
  'time-to-end': pod({ terminationGracePeriodSeconds: undefined }),
  'least-rights': object('Role/tidemark-orders-lease', (found) => {
    found.rules = [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }];
  }),
  'bound-to-what-is-there': object('RoleBinding/tidemark-orders-lease', (found) => {
    Object(found).roleRef.name = 'gone';
  }),
  labelled: object(BACKUP, ({ metadata }) => {
    Object(metadata).labels = {};
  }),
  once: (objects) => {
    objects.push(...objects.filter(({ kind }) => kind === 'ConfigMap'));
  },
  'known-to-schedulers': object(BACKUP, (found) => {
    templateOf(found).metadata.annotations = {};
  }),
};
