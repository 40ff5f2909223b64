import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { sharesNamespace } from './server-location.ts';
import { wave } from './sync-wave.ts';

/**
 * The namespace. In one of Tidemark's own the restricted Pod Security Standard is enforced. Where a protected server
 * runs in it, enforcing would refuse the product's pods at their next start, so violations are only reported; our own
 * pods satisfy the standard anyway. It carries none of our labels: removing what does must not remove the product.
 */
export class NamespaceChart extends Chart {
  constructor(scope: Construct, id: string, compiled: CompiledPlan) {
    super(scope, id, { disableResourceNameHashes: true });
    const modes = sharesNamespace(compiled) ? ['audit', 'warn'] : ['audit', 'enforce', 'warn'];
    new k8s.KubeNamespace(this, 'Namespace', {
      metadata: {
        name: compiled.kubernetes.namespace,
        labels: Object.fromEntries(
          modes.flatMap((mode) => [
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
