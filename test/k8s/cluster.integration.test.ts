import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { backupServiceAccount, restoreServiceAccount } from '../../lib/access/service-accounts.ts';
import { leaseName } from '../../lib/lock/lock.ts';
import { type KubernetesApi, startKubernetesApi } from '../support/kubernetes-api.ts';
import { compiledPlan, compiledSource } from './compiled-plan.ts';
import { type KubernetesObject, type Pod, pods, synthesised } from './synthesised.ts';

const NAMESPACE = 'shop-backup';
const RULES_WITHIN_MS = 10_000;
const { settings } = compiledSource();
const plan = compiledPlan({
  sources: [
    compiledSource(),
    compiledSource({
      name: 'audit',
      settings: { ...settings, server: { ...settings.server, tls: 'verify-full' } },
    }),
  ],
});

let api: KubernetesApi;
let objects: readonly KubernetesObject[];
beforeAll(async () => {
  [api, objects] = await Promise.all([startKubernetesApi(), synthesised(plan)]);
});
afterAll(() => api?.stop());

/** Creates an object as `kubectl apply` would; a field that Kubernetes does not know is an error. */
function create(object: KubernetesObject): Promise<unknown> {
  const group = object.apiVersion.includes('/') ? 'apis' : 'api';
  const namespace = object.metadata?.namespace;
  const place = namespace === undefined ? '' : `namespaces/${namespace}/`;
  const kind = object.kind.toLowerCase().replace(/y$/, 'ie');
  const path = `/${group}/${object.apiVersion}/${place}${kind}s`;
  return api.call('POST', `${path}?fieldValidation=Strict`, object);
}

const podOf = ({ labels, spec }: Pod, changes: object = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `${labels['app.kubernetes.io/instance']}-${labels['app.kubernetes.io/component']}`,
    namespace: NAMESPACE,
    labels: { ...labels },
  },
  spec: { ...spec, ...changes },
});

const reviewSchema = z.looseObject({ status: z.looseObject({ allowed: z.boolean() }) });

interface Request {
  readonly verb: string;
  readonly resource: string;
  readonly name?: string;
  readonly group?: string;
}

/** Whether a service account may do something in the plan's namespace. */
async function allowed(account: string, request: Request): Promise<boolean> {
  const answer = await api.call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user: `system:serviceaccount:${NAMESPACE}:${account}`,
      resourceAttributes: { namespace: NAMESPACE, ...request },
    },
  });
  return reviewSchema.parse(answer).status.allowed;
}

const lease = (verb: string, name?: string): Request => ({
  verb,
  group: 'coordination.k8s.io',
  resource: 'leases',
  ...(name === undefined ? {} : { name }),
});

describe('a Kubernetes API server', () => {
  test('accepts every manifest in the order of the files', async () => {
    for (const object of objects) {
      await expect(create(object)).resolves.toMatchObject({ kind: object.kind });
    }
  });

  test('admits every pod into the namespace, which enforces the restricted standard', async () => {
    const all = pods(objects);
    expect(all).toHaveLength(8);
    for (const pod of all) await expect(create(podOf(pod))).resolves.toBeDefined();
  });

  test('would refuse a pod that is any less restricted', async () => {
    const [pod] = pods(objects);
    if (!pod) throw new Error('there are pods');
    const loose = podOf(pod, {
      securityContext: { ...pod.spec.securityContext, seccompProfile: { type: 'Unconfined' } },
    });
    await expect(create(loose)).rejects.toThrow(/403.*violates PodSecurity .*restricted:latest/);
  });

  test('lets the backup account hold the Leases of its source', async () => {
    const account = backupServiceAccount('orders');
    const wanted = [
      lease('create'),
      ...(['backup', 'wal'] as const).flatMap((activity) =>
        ['get', 'update'].map((verb) => lease(verb, leaseName('orders', activity))),
      ),
    ];
    // The server reads new rules from a watch, a moment after it has stored them.
    const deadline = Date.now() + RULES_WITHIN_MS;
    const refused = async () => {
      const answers = await Promise.all(wanted.map((request) => allowed(account, request)));
      return wanted.filter((_, index) => !answers[index]);
    };
    while ((await refused()).length > 0 && Date.now() < deadline) await delay(100);
    expect(await refused()).toEqual([]);
  });

  test.each([
    ['another source’s Lease', lease('update', leaseName('audit', 'backup'))],
    ['the deletion of its own Lease', lease('delete', leaseName('orders', 'backup'))],
    ['a list of Leases', lease('list')],
    ['Secrets', { verb: 'get', resource: 'secrets', name: 'orders-backup' }],
    ['pods', { verb: 'create', resource: 'pods' }],
  ])('refuses the backup account %s', async (_, request) => {
    expect(await allowed(backupServiceAccount('orders'), request)).toBe(false);
  });

  test.each([lease('create'), lease('get', leaseName('orders', 'backup'))])(
    'refuses the restore account %j',
    async (request) => {
      expect(await allowed(restoreServiceAccount('orders'), request)).toBe(false);
    },
  );
});
