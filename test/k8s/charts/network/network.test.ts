import { compiledPlan, compiledSource } from '../../compiled-plan.ts';
import { named, pods, synthesised } from '../../synthesised.ts';

const ours = {
  matchLabels: { 'app.kubernetes.io/name': 'tidemark', 'app.kubernetes.io/part-of': 'shop' },
};

/** What the database policy of a server at `service` allows. */
async function databaseEgress(service: string): Promise<unknown> {
  const { settings } = compiledSource();
  const plan = compiledPlan({
    sources: [
      compiledSource({
        settings: { ...settings, server: { ...settings.server, service, port: 6543 } },
      }),
    ],
  });
  return named(await synthesised(plan), 'NetworkPolicy', 'tidemark-orders-database').spec;
}

const egressTo = (namespace: string) => ({
  egress: [
    {
      to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }],
      ports: [{ port: 6543, protocol: 'TCP' }],
    },
  ],
});

describe('network policies', () => {
  test('deny everything to and from the plan’s pods, and leave other pods alone', async () => {
    const objects = await synthesised(compiledPlan());
    expect(named(objects, 'NetworkPolicy', 'tidemark-default-deny').spec).toEqual({
      podSelector: ours,
      policyTypes: ['Ingress', 'Egress'],
    });
    const labels = pods(objects).map((pod) => pod.labels);
    expect(labels).toHaveLength(3);
    for (const label of labels) expect(label).toMatchObject(ours.matchLabels);
  });

  test('never select by less than the labels of the plan', async () => {
    const policies = (await synthesised(compiledPlan())).filter((o) => o.kind === 'NetworkPolicy');
    expect(policies).toHaveLength(3);
    for (const { spec } of policies) expect(spec).toMatchObject({ podSelector: ours });
  });

  test('let nothing in', async () => {
    const policies = (await synthesised(compiledPlan())).filter((o) => o.kind === 'NetworkPolicy');
    for (const { spec } of policies) expect(spec).not.toHaveProperty('ingress');
  });

  test('let every pod reach names, its credentials, the bucket and the Kubernetes API', async () => {
    const policy = named(
      await synthesised(compiledPlan()),
      'NetworkPolicy',
      'tidemark-common-egress',
    );
    expect(policy.spec).toEqual({
      podSelector: ours,
      policyTypes: ['Egress'],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
              podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
            },
            { ipBlock: { cidr: '169.254.20.10/32' } },
          ],
          ports: [
            { port: 53, protocol: 'UDP' },
            { port: 53, protocol: 'TCP' },
          ],
        },
        {
          to: [
            { ipBlock: { cidr: '169.254.170.23/32' } },
            { ipBlock: { cidr: 'fd00:ec2::23/128' } },
          ],
          ports: [{ port: 80, protocol: 'TCP' }],
        },
        { ports: [{ port: 443, protocol: 'TCP' }] },
      ],
    });
  });

  test('let only what backs up, or loads into it, reach the database', async () => {
    expect(await databaseEgress('postgres.shop')).toMatchObject({
      podSelector: {
        matchLabels: { ...ours.matchLabels, 'app.kubernetes.io/instance': 'orders' },
        matchExpressions: [
          {
            key: 'app.kubernetes.io/component',
            operator: 'In',
            values: [
              'wal-streamer',
              'base-backup',
              'incremental-backup',
              'logical-backup',
              'snapshot',
              'load',
              'setup',
            ],
          },
        ],
      },
    });
  });

  test.each([
    ['postgres', 'shop-backup'],
    ['postgres.shop', 'shop'],
    ['postgres.shop.svc', 'shop'],
    ['postgres.shop.svc.cluster.local', 'shop'],
  ])('open the port of %s in namespace %s only', async (host, namespace) => {
    expect(await databaseEgress(host)).toMatchObject(egressTo(namespace));
  });

  test.each(['db.example.com', 'postgres.shop.svc.example.com'])(
    'open the port of %s anywhere, because it is outside of the cluster',
    async (host) => {
      expect(await databaseEgress(host)).toMatchObject({
        egress: [{ ports: [{ port: 6543, protocol: 'TCP' }] }],
      });
      expect(JSON.stringify(await databaseEgress(host))).not.toContain('namespaceSelector');
    },
  );
});
