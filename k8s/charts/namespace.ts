import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { sharesNamespace } from './server-location.ts';
import { wave } from './sync-wave.ts';

/**
 * A namespace of Tidemark's own, where the restricted Pod Security Standard is enforced. Where a protected server runs
 * in the plan's namespace the chart is empty: that namespace is the product's. Enforcing there would refuse the
 * product's pods, and `kubectl delete -k` would delete the product with its volumes.
 */
export class NamespaceChart extends Chart {
  constructor(scope: Construct, id: string, compiled: CompiledPlan) {
    super(scope, id, { disableResourceNameHashes: true });
    if (sharesNamespace(compiled)) return;
    new k8s.KubeNamespace(this, 'Namespace', {
      metadata: {
        name: compiled.kubernetes.namespace,
        labels: Object.fromEntries(
          ['audit', 'enforce', 'warn'].flatMap((mode) => [
            [`pod-security.kubernetes.io/${mode}`, 'restricted'],
            [`pod-security.kubernetes.io/${mode}-version`, 'latest'],
          ]),
        ),
        annotations: {
          ...wave('namespace'),
          // Deleting a namespace deletes the volume that a restore has just filled.
          'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
          'kustomize.toolkit.fluxcd.io/prune': 'disabled',
        },
      },
    });
  }
}
