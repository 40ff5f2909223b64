import { type KubernetesApi, startKubernetesApi } from '../support/kubernetes-api.ts';
import { KubernetesObjects } from '../support/kubernetes-objects.ts';
import { EVERY_PLAN, everyObject } from './every-plan.ts';
import type { KubernetesObject } from './synthesised.ts';
import { templateOf } from './templates.ts';

/** Where pods are admitted that satisfy the restricted Pod Security Standard, and no others. */
const RESTRICTED = 'restricted';

let api: KubernetesApi;
let objects: KubernetesObjects;
let groups: ReadonlySet<string>;

beforeAll(async () => {
  api = await startKubernetesApi();
  objects = new KubernetesObjects(api);
  groups = await objects.groups();
  await objects.apply({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: RESTRICTED,
      labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    },
  });
});
afterAll(() => api?.stop());

const known = ({ apiVersion }: KubernetesObject) =>
  groups.has(apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '');

const namespaces = (all: readonly KubernetesObject[]) =>
  new Set(all.flatMap(({ metadata }) => metadata?.namespace ?? []));

const namespace = (name: string) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });

describe.each(EVERY_PLAN)('an API server takes $name', ({ compiled }) => {
  const all = everyObject(compiled).map(([, object]) => object);

  test('each object, as a server-side apply that is only tried', async () => {
    for (const name of namespaces(all)) await objects.apply(namespace(name));
    for (const object of all.filter(known)) {
      const tried = await objects.apply(object, { dryRun: true });
      expect(tried).toMatchObject({ kind: object.kind, metadata: { name: object.metadata?.name } });
    }
  });

  test('each pod, where only restricted ones are admitted', async () => {
    for (const object of all.filter(({ kind }) => kind === 'PriorityClass')) {
      await objects.apply(object);
    }
    for (const object of all) {
      const template = templateOf(object);
      if (!template) continue;
      const { serviceAccountName: account } = template.spec;
      if (account === undefined)
        throw new Error(`${object.metadata?.name} has the default account`);
      const of = { namespace: RESTRICTED };
      await objects.apply({
        ...{ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { ...of, name: account } },
      });
      await api.call('POST', `/api/v1/namespaces/${RESTRICTED}/pods?dryRun=All`, {
        ...{ apiVersion: 'v1', kind: 'Pod', metadata: { ...of, name: 'tried' } },
        spec: { restartPolicy: 'Never', ...template.spec },
      });
    }
  });
});

test('a pod that is any less restricted would be refused', async () => {
  const loose = {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { namespace: RESTRICTED, name: 'loose' } },
    spec: { containers: [{ name: 'loose', image: 'loose' }] },
  };
  await objects.apply({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { namespace: RESTRICTED, name: 'default' },
  });
  const refused = api.call('POST', `/api/v1/namespaces/${RESTRICTED}/pods?dryRun=All`, loose);
  await expect(refused).rejects.toThrow(/403.*violates PodSecurity/);
});
