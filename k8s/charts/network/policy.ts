import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { planLabels } from '../names.ts';
import { wave } from '../sync-wave.ts';

/** A policy of the plan; those of many charts add up. */
export function policy(
  scope: Construct,
  compiled: CompiledPlan,
  name: string,
  spec: k8s.NetworkPolicySpec,
): void {
  new k8s.KubeNetworkPolicy(scope, name, {
    metadata: {
      name,
      namespace: compiled.kubernetes.namespace,
      labels: planLabels(compiled),
      annotations: wave('policy'),
    },
    spec,
  });
}
