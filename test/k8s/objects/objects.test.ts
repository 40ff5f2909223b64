import { quotas } from '../../../k8s/objects/quota.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { compiledPlan, compiledSource } from '../compiled-plan.ts';
import { deployedPlan } from '../deployed-plan.ts';
import { named, pods, synthesised } from '../synthesised.ts';

const kubernetes = (changes: Partial<CompiledPlan['kubernetes']>): CompiledPlan =>
  compiledPlan({ kubernetes: { ...compiledPlan().kubernetes, ...changes } });

const kinds = async (compiled: CompiledPlan, kind: string) =>
  (await synthesised(compiled)).filter((object) => object.kind === kind);

describe('secrets', () => {
  test('are asked for by the names and keys that pods read', async () => {
    const { settings } = compiledSource();
    const server = { ...settings.server, tls: 'verify-full' as const };
    const compiled = deployedPlan({
      sources: [compiledSource({ settings: { ...settings, server } })],
    });
    const found = await kinds(compiled, 'ExternalSecret');
    expect(found.map(({ metadata }) => metadata?.name)).toEqual(['orders-backup', 'registry']);
    expect(found[0]).toMatchObject({
      apiVersion: 'external-secrets.io/v1',
      metadata: { namespace: 'shop-backup' },
      spec: {
        refreshInterval: '1h',
        secretStoreRef: { name: 'vault', kind: 'ClusterSecretStore' },
        target: { name: 'orders-backup', creationPolicy: 'Owner' },
        data: ['ca.crt', 'password', 'username'].map((secretKey) => ({
          secretKey,
          remoteRef: { key: 'shop/production/orders-backup', property: secretKey },
        })),
      },
    });
    expect(found[1]).toMatchObject({
      spec: { target: { template: { type: 'kubernetes.io/dockerconfigjson' } } },
    });
  });

  test('that somebody else makes are not', async () => {
    expect(await kinds(compiledPlan(), 'ExternalSecret')).toEqual([]);
    expect(await kinds(kubernetes({ pullSecrets: ['registry'] }), 'ExternalSecret')).toEqual([]);
  });
});

describe('a priority', () => {
  test('of the plan’s own is a class, whose name changes with what cannot be changed', async () => {
    const [low] = await kinds(kubernetes({ priority: { value: 1000 } }), 'PriorityClass');
    expect(low).toMatchObject({
      metadata: { name: 'tidemark-shop-production-1000' },
      value: 1000,
      preemptionPolicy: 'Never',
    });
    const [high] = await kinds(
      kubernetes({ priority: { value: 1000, preempts: true } }),
      'PriorityClass',
    );
    expect(high?.metadata?.name).not.toBe(low?.metadata?.name);
    expect(high).toMatchObject({ preemptionPolicy: 'PreemptLowerPriority' });
  });

  test('that there is already is only named', async () => {
    const objects = await synthesised(kubernetes({ priority: 'platform' }));
    expect(objects.filter(({ kind }) => kind === 'PriorityClass')).toEqual([]);
    expect(named(objects, 'Deployment', 'tidemark-orders-wal')).toMatchObject({
      spec: { template: { spec: { priorityClassName: 'platform' } } },
    });
  });
});

describe('a quota', () => {
  test('has room for every pod at once, and for the greatest once more', () => {
    const pod = (cpu: string, memory: string) => ({
      containers: [
        {
          resources: {
            requests: { cpu, memory, 'ephemeral-storage': '64Mi' },
            limits: { cpu: '2', memory, 'ephemeral-storage': '256Mi' },
          },
        },
      ],
    });
    const small = pod('100m', '384Mi');
    const [quota] = quotas(kubernetes({ quota: true }), [small, small, pod('1.5', '1Gi')]);
    expect(quota?.spec).toEqual({
      hard: {
        pods: '4',
        'requests.cpu': '3200m',
        'requests.memory': '2816Mi',
        'requests.ephemeral-storage': '256Mi',
        'limits.cpu': '8000m',
        'limits.memory': '2816Mi',
        'limits.ephemeral-storage': '1024Mi',
      },
    });
  });

  test('counts the pods of all workloads', async () => {
    const objects = await synthesised(kubernetes({ quota: true }));
    expect(named(objects, 'ResourceQuota', 'tidemark').spec).toMatchObject({
      hard: { pods: String(pods(objects).length + 1) },
    });
  });

  test('gives bounds to what has none, which it would refuse', async () => {
    const [range] = await kinds(kubernetes({ quota: true }), 'LimitRange');
    expect(range?.spec).toMatchObject({
      limits: [
        { type: 'Container', default: { memory: '256Mi' }, defaultRequest: { cpu: '100m' } },
      ],
    });
  });

  test('is not put on a namespace in which the product runs', async () => {
    const shared = kubernetes({ quota: true, namespace: 'shop' });
    expect(await kinds(shared, 'ResourceQuota')).toEqual([]);
    expect(await kinds(shared, 'LimitRange')).toEqual([]);
  });
});

test('nodes wait for a restore and a load, and for nothing else', async () => {
  const budgets = await kinds(compiledPlan(), 'PodDisruptionBudget');
  expect(budgets).toHaveLength(1);
  expect(budgets[0]).toMatchObject({
    spec: {
      // Of two that run beside each other none may go.
      minAvailable: 100,
      selector: {
        matchLabels: { 'app.kubernetes.io/instance': 'orders' },
        matchExpressions: [{ operator: 'In', values: ['restore', 'load'] }],
      },
    },
  });
});
