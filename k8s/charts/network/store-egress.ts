import type { k8s } from 'cdk8s-plus-28';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { storePorts } from '../store-access.ts';
import { inRange, port } from './rules.ts';

/**
 * The way to the store and to what gives out credentials for it. Its addresses change, and a NetworkPolicy knows no names:
 * either every address is open on its port, or the plan says which. None where Cilium opens it by name.
 */
export function storeEgress(compiled: CompiledPlan): k8s.NetworkPolicyEgressRule[] {
  const s3 = compiled.kubernetes.network?.s3 ?? 'any';
  if (s3 === 'cilium') return [];
  return [
    {
      ...(s3 !== 'any' && { to: s3.cidrs.map(inRange) }),
      ports: storePorts(compiled).map((number) => port(number)),
    },
  ];
}
