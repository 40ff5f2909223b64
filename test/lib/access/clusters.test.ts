import { z } from 'zod';
import { roleName } from '../../../lib/access/role-names.ts';
import { SERVICE_ACCOUNTS } from '../../../lib/access/service-accounts.ts';
import { compiledPlan, templates } from '../stacks/environment.ts';
import { Environment } from './evaluation.ts';

const associationSchema = z.looseObject({
  Properties: z.looseObject({ ServiceAccount: z.string(), ClusterName: z.string() }),
});

const { kubernetes, sources } = compiledPlan();
const [first] = sources;
const name = first?.name ?? '';
const elsewhere = compiledPlan({
  kubernetes: {
    ...kubernetes,
    clusters: [{ name: 'analytics', cluster: 'eks-a', replicaCluster: 'eks-b', sources: [name] }],
  },
});
const environment = new Environment(elsewhere);

test.each([
  ['primary', 'eks-a', kubernetes.cluster],
  ['replica', 'eks-b', kubernetes.replicaCluster],
] as const)(
  'in the %s region, the roles of a source are for pods of its own cluster',
  (side, own, plans) => {
    const region = elsewhere.regions[side];
    const may = (cluster: string): boolean =>
      environment.mayAssume(
        roleName(elsewhere, region, 'writer', name),
        { kind: 'Service', name: 'pods.eks.amazonaws.com' },
        'sts:AssumeRole',
        {
          'aws:SourceAccount': elsewhere.account,
          'aws:RequestTag/eks-cluster-arn': `arn:aws:eks:${region}:${elsewhere.account}:cluster/${cluster}`,
          'aws:RequestTag/kubernetes-namespace': kubernetes.namespace,
          'aws:RequestTag/kubernetes-service-account': SERVICE_ACCOUNTS.writer(name),
        },
      );
    expect(may(own)).toBe(true);
    expect(may(plans)).toBe(false);
  },
);

test('EKS Pod Identity binds them in that cluster, and all others in the plan’s', () => {
  const { primary, replica } = templates(elsewhere);
  const bound = [primary, replica].flatMap((template) =>
    Object.values(template.findResources('AWS::EKS::PodIdentityAssociation')).map((found) =>
      associationSchema.parse(found),
    ),
  );
  const of = (account: string): string[] =>
    bound
      .filter(({ Properties }) => Properties.ServiceAccount === account)
      .map(({ Properties }) => Properties.ClusterName);
  expect(of(SERVICE_ACCOUNTS.writer(name)).sort()).toEqual(['eks-a', 'eks-b']);
  for (const { name: other } of sources.slice(1)) {
    for (const cluster of of(SERVICE_ACCOUNTS.writer(other))) {
      expect([kubernetes.cluster, kubernetes.replicaCluster]).toContain(cluster);
    }
  }
});
