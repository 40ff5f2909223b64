import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { planLabels } from '../charts/names.ts';
import { wave } from '../charts/sync-wave.ts';
import type { KubernetesObject } from './object.ts';

/** Of the pods; undefined where the plan leaves it to the cluster. */
export function priorityClassName({
  plan,
  environment,
  kubernetes,
}: CompiledPlan): string | undefined {
  const { priority } = kubernetes;
  if (priority === undefined || typeof priority === 'string') return priority;
  // Nothing of a class can be changed, so another value is another class. It belongs to the whole cluster.
  const value = `${priority.value < 0 ? 'minus-' : ''}${Math.abs(priority.value)}`;
  return `tidemark-${plan}-${environment}-${value}${priority.preempts ? '-preempting' : ''}`;
}

/** The plan's own class, if it has one. */
export function priorityClasses(compiled: CompiledPlan): KubernetesObject[] {
  const { priority } = compiled.kubernetes;
  const name = priorityClassName(compiled);
  if (name === undefined || priority === undefined || typeof priority === 'string') return [];
  return [
    {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name, labels: planLabels(compiled), annotations: wave('policy') },
      value: priority.value,
      preemptionPolicy: priority.preempts ? 'PreemptLowerPriority' : 'Never',
      description: `Backups and restores of ${compiled.plan}`,
    },
  ];
}
