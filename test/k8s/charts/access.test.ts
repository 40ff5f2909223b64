import { roleArn } from '../../../lib/access/role-names.ts';
import { compiledPlan, compiledSource } from '../compiled-plan.ts';
import { named, pods, synthesised } from '../synthesised.ts';

const { settings } = compiledSource();
const plan = compiledPlan({
  sources: [
    compiledSource(),
    compiledSource({
      name: 'audit',
      settings: { ...settings, server: { ...settings.server, version: '18', tls: 'verify-full' } },
    }),
  ],
});
const objects = synthesised(plan);

describe('IAM roles for service accounts', () => {
  const issuers = {
    primary: 'oidc.eks.eu-central-1.amazonaws.com/id/A',
    replica: 'oidc.eks.eu-west-1.amazonaws.com/id/B',
  };
  const withIssuers = synthesised({ ...plan, kubernetes: { ...plan.kubernetes, issuers } });
  const annotations = async (of: typeof objects, use: string) =>
    named(await of, 'ServiceAccount', `tidemark-orders-${use}`).metadata?.annotations ?? {};

  test.each([
    ['backup', 'writer'],
    ['restore', 'restorer'],
    ['verify', 'verifier'],
  ] as const)('the account %s asks for the %s of its source where jobs run', async (use, role) => {
    const { account, regions } = plan;
    expect(await annotations(withIssuers, use)).toMatchObject({
      'eks.amazonaws.com/role-arn': roleArn(plan, regions.primary, role, 'orders'),
      'eks.amazonaws.com/sts-regional-endpoints': 'true',
    });
    expect(roleArn(plan, regions.primary, role, 'orders')).toContain(account);
    expect(Object.keys(await annotations(objects, use)).join()).not.toMatch(/eks/);
  });

  test('change nothing else: the webhook mounts a token of its own', async () => {
    const specs = async (of: typeof objects) =>
      pods(await of).map(({ spec }) => spec.automountServiceAccountToken);
    expect(await specs(withIssuers)).toEqual(await specs(objects));
  });
});

describe('service accounts', () => {
  test('are one each for what writes, what proves and what restores', async () => {
    const accounts = pods(await objects).map(({ labels, spec }) => [
      labels['app.kubernetes.io/component'],
      spec.serviceAccountName,
    ]);
    expect(accounts).toEqual([
      ['wal-streamer', 'tidemark-audit-backup'],
      ['wal-streamer', 'tidemark-orders-backup'],
      ['base-backup', 'tidemark-audit-backup'],
      ['base-backup', 'tidemark-orders-backup'],
      ['verification', 'tidemark-audit-verify'],
      ['verification', 'tidemark-orders-verify'],
      ['restore', 'tidemark-audit-restore'],
      ['restore', 'tidemark-orders-restore'],
    ]);
    for (const { spec } of pods(await objects)) {
      expect(named(await objects, 'ServiceAccount', spec.serviceAccountName)).toMatchObject({
        automountServiceAccountToken: false,
      });
    }
  });

  test('are one more for what proves backups, which is neither of them', async () => {
    expect(named(await objects, 'ServiceAccount', 'tidemark-orders-verify')).toMatchObject({
      automountServiceAccountToken: false,
    });
  });

  test('mount a token only where a Lease is taken', async () => {
    for (const { spec } of pods(await objects)) {
      expect(spec.automountServiceAccountToken).toBe(spec.serviceAccountName.endsWith('-backup'));
    }
  });

  test('may touch the Leases of their source and nothing else', async () => {
    expect(named(await objects, 'Role', 'tidemark-orders-lease')).toMatchObject({
      rules: [
        {
          apiGroups: ['coordination.k8s.io'],
          resources: ['leases'],
          resourceNames: ['tidemark-orders-backup', 'tidemark-orders-wal'],
          verbs: ['get', 'update'],
        },
        { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
      ],
    });
    expect(named(await objects, 'RoleBinding', 'tidemark-orders-lease')).toMatchObject({
      roleRef: { kind: 'Role', name: 'tidemark-orders-lease' },
      subjects: [
        { kind: 'ServiceAccount', name: 'tidemark-orders-backup', namespace: 'shop-backup' },
      ],
    });
  });
});
