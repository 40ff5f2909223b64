import { roleName } from '../../../lib/access/role-names.ts';
import { EXPORTER_SERVICE_ACCOUNT } from '../../../lib/access/service-accounts.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { MONITORING } from '../../k8s/charts/monitoring/cases/alert-case.ts';
import { compiledPlan, templates } from '../stacks/environment.ts';
import { Environment } from './evaluation.ts';

const { kubernetes, sources } = compiledPlan();
const clusters = [
  {
    name: 'analytics',
    cluster: 'eks-a',
    replicaCluster: 'eks-b',
    sources: [sources[0]?.name ?? ''],
  },
];
const spread = compiledPlan({
  monitoring: MONITORING,
  kubernetes: { ...kubernetes, clusters },
});

function bound(compiled: CompiledPlan, side: 'primary' | 'replica'): string[] {
  const found = templates(compiled)[side].findResources('AWS::EKS::PodIdentityAssociation', {
    Properties: { ServiceAccount: EXPORTER_SERVICE_ACCOUNT },
  });
  return Object.values(found).map((one) => String(Reflect.get(one.Properties, 'ClusterName')));
}

test.each([
  ['primary', [kubernetes.cluster, 'eks-a']],
  ['replica', [kubernetes.replicaCluster, 'eks-b']],
] as const)('in the %s region the pods of every cluster have the one role', (side, expected) => {
  expect(bound(spread, side).sort()).toEqual([...expected].sort());
  const environment = new Environment(spread);
  const region = spread.regions[side];
  const may = (cluster: string, account: string): boolean =>
    environment.mayAssume(
      roleName(spread, region, 'exporter'),
      { kind: 'Service', name: 'pods.eks.amazonaws.com' },
      'sts:AssumeRole',
      {
        'aws:SourceAccount': spread.account,
        'aws:RequestTag/eks-cluster-arn': `arn:aws:eks:${region}:${spread.account}:cluster/${cluster}`,
        'aws:RequestTag/kubernetes-namespace': kubernetes.namespace,
        'aws:RequestTag/kubernetes-service-account': account,
      },
    );
  for (const cluster of expected) {
    expect(may(cluster, EXPORTER_SERVICE_ACCOUNT)).toBe(true);
    expect(may(cluster, 'default')).toBe(false);
  }
  expect(may('eks-other', EXPORTER_SERVICE_ACCOUNT)).toBe(false);
});

test('a plan that asks for no monitoring has no such role', () => {
  expect(bound(compiledPlan(), 'primary')).toEqual([]);
  expect(new Environment(compiledPlan()).roles).not.toContain(
    roleName(compiledPlan(), compiledPlan().regions.primary, 'exporter'),
  );
});
