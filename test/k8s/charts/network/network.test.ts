import { z } from 'zod';
import { SERVER_COMPONENTS } from '../../../../k8s/charts/names.ts';
import type { CompiledPlan } from '../../../../lib/plan/compiled.ts';
import { compiledPlan, compiledSource } from '../../compiled-plan.ts';
import { deployedPlan } from '../../deployed-plan.ts';
import { type KubernetesObject, named, pods, synthesised } from '../../synthesised.ts';

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
    expect(labels.length).toBeGreaterThanOrEqual(3);
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

describe('what the plan says of the network', () => {
  const plan = (network: NonNullable<CompiledPlan['kubernetes']['network']>) =>
    synthesised(compiledPlan({ kubernetes: { ...compiledPlan().kubernetes, network } }));
  const rules = (object: KubernetesObject) =>
    z.looseObject({ egress: z.array(z.unknown()) }).parse(object.spec).egress;
  const common = async (network: NonNullable<CompiledPlan['kubernetes']['network']>) =>
    rules(named(await plan(network), 'NetworkPolicy', 'tidemark-common-egress'));
  const database = async (network: NonNullable<CompiledPlan['kubernetes']['network']>) =>
    rules(named(await plan(network), 'NetworkPolicy', 'tidemark-orders-database'));

  const https = { ports: [{ port: 443, protocol: 'TCP' }] };
  const to = (...cidrs: string[]) => ({ to: cidrs.map((cidr) => ({ ipBlock: { cidr } })) });

  test('opens S3 at the addresses of endpoints alone, and the API server where it is', async () => {
    const network = {
      s3: { cidrs: ['10.0.0.0/16'] },
      apiServer: { port: 6443, cidrs: ['10.1.0.0/24'] },
    };
    expect(await common(network)).toContainEqual({ ...to('10.0.0.0/16'), ...https });
    expect(await common(network)).not.toContainEqual(https);
    expect(await database(network)).toContainEqual({
      ...to('10.1.0.0/24'),
      ports: [{ port: 6443, protocol: 'TCP' }],
    });
  });

  test('opens the API server to what takes a Lease only where S3 has not opened it already', async () => {
    expect(await database({})).toHaveLength(1);
    expect(await database({ apiServer: { port: 6443 } })).toContainEqual({
      ports: [{ port: 6443, protocol: 'TCP' }],
    });
    expect(await database({ s3: { cidrs: ['10.0.0.0/16'] } })).toContainEqual(https);
  });

  test('resolves names where they are resolved', async () => {
    const [dns] = await common({
      dns: { namespace: 'openshift-dns', labels: { dns: 'default' }, port: 5353 },
    });
    expect(dns).toMatchObject({
      to: [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'openshift-dns' } },
          podSelector: { matchLabels: { dns: 'default' } },
        },
        { ipBlock: {} },
      ],
      ports: [
        { port: 5353, protocol: 'UDP' },
        { port: 5353, protocol: 'TCP' },
      ],
    });
  });

  test('opens what else it names', async () => {
    const found = await common({
      extra: [
        { namespace: 'proxy', port: 3128 },
        { cidr: '10.9.0.0/16', port: 5433 },
        { port: 8443 },
      ],
    });
    expect(found.slice(-3)).toEqual([
      {
        to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'proxy' } } }],
        ports: [{ port: 3128, protocol: 'TCP' }],
      },
      { ...to('10.9.0.0/16'), ports: [{ port: 5433, protocol: 'TCP' }] },
      { ports: [{ port: 8443, protocol: 'TCP' }] },
    ]);
  });

  describe('with Cilium', () => {
    test('opens S3 by name, and nothing on 443 by address', async () => {
      const objects = await plan({ s3: 'cilium' });
      const store = named(objects, 'CiliumNetworkPolicy', 'tidemark-store');
      expect(store.spec).toEqual({
        endpointSelector: ours,
        egress: [
          {
            toEndpoints: [
              {
                matchLabels: {
                  'k8s:io.kubernetes.pod.namespace': 'kube-system',
                  'k8s-app': 'kube-dns',
                },
              },
            ],
            toPorts: [
              {
                ports: [
                  { port: '53', protocol: 'UDP' },
                  { port: '53', protocol: 'TCP' },
                ],
                rules: { dns: [{ matchPattern: '*' }] },
              },
            ],
          },
          {
            toFQDNs: [
              { matchName: 'shop-production-backups.s3.eu-central-1.amazonaws.com' },
              { matchName: 'shop-evidence.s3.eu-central-1.amazonaws.com' },
              { matchName: 'shop-production-backups-replica.s3.eu-west-1.amazonaws.com' },
            ],
            toPorts: [{ ports: [{ port: '443', protocol: 'TCP' }] }],
          },
          {
            toEntities: ['host'],
            toPorts: [{ ports: [{ port: '80', protocol: 'TCP' }] }],
          },
        ],
      });
      const policies = objects.filter(({ kind }) => kind === 'NetworkPolicy');
      expect(JSON.stringify(policies)).not.toContain('443');
    });

    test('opens the API server to what takes a Lease', async () => {
      const { spec } = named(
        await plan({ s3: 'cilium' }),
        'CiliumNetworkPolicy',
        'tidemark-api-server',
      );
      expect(spec).toMatchObject({
        endpointSelector: {
          ...ours,
          matchExpressions: [{ operator: 'In', values: expect.arrayContaining(['wal-streamer']) }],
        },
        egress: [{ toEntities: ['kube-apiserver'] }],
      });
    });

    test('has among those every pod that mounts a token for it', async () => {
      const objects = await synthesised(deployedPlan());
      const values = [...SERVER_COMPONENTS];
      const asking = pods(objects).filter(({ spec }) => spec.automountServiceAccountToken);
      expect(asking.length).toBeGreaterThan(1);
      for (const { labels } of asking) {
        expect(values).toContain(labels['app.kubernetes.io/component']);
      }
    });

    test('asks STS by name where pods get their roles from it', async () => {
      const issuers = { primary: 'oidc.example.com/a', replica: 'oidc.example.com/b' };
      const objects = await synthesised(
        compiledPlan({
          kubernetes: { ...compiledPlan().kubernetes, issuers, network: { s3: 'cilium' } },
        }),
      );
      expect(
        JSON.stringify(named(objects, 'CiliumNetworkPolicy', 'tidemark-store').spec),
      ).toContain('"sts.eu-central-1.amazonaws.com"');
    });
  });
});
