import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { type Component, planLabels, planSelector } from './names.ts';
import { wave } from './sync-wave.ts';

/** What is not repeated when its pod is evicted: a person has started it, and waits. */
const ONCE: readonly Component[] = ['restore', 'load'];

/** More than ever run at once: with as many as there are, one of two would be evicted. */
const EVERY_ONE = 100;

/**
 * Nodes wait to be drained until a restore or a load of the source is through. Nothing else is held on a node: backups are
 * repeated, and the slot keeps the WAL for a streamer that moves; a budget for its one replica would only stop drains.
 */
export class DisruptionChart extends Chart {
  constructor(scope: Construct, id: string, compiled: CompiledPlan, source: DerivedSource) {
    super(scope, id, { disableResourceNameHashes: true });
    new k8s.KubePodDisruptionBudget(this, 'Budget', {
      metadata: {
        name: `tidemark-${source.name}-restores`,
        namespace: compiled.kubernetes.namespace,
        labels: planLabels(compiled),
        annotations: wave('policy'),
      },
      spec: {
        // Of Jobs, Kubernetes counts the pods that there are: it knows no number that there should be.
        minAvailable: k8s.IntOrString.fromNumber(EVERY_ONE),
        selector: {
          matchLabels: { ...planSelector(compiled), 'app.kubernetes.io/instance': source.name },
          matchExpressions: [
            { key: 'app.kubernetes.io/component', operator: 'In', values: [...ONCE] },
          ],
        },
        // One that does not run yet, or hangs in its start, holds nothing up.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    });
  }
}
