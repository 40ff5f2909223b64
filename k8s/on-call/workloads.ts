import { z } from 'zod';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { manifests } from '../manifests.ts';

const schema = z.object({
  kind: z.enum(['CronJob', 'Deployment']),
  metadata: z.object({
    name: z.string(),
    labels: z.object({
      'app.kubernetes.io/instance': z.string(),
      'app.kubernetes.io/component': z.string(),
    }),
  }),
  spec: z.object({ suspend: z.boolean().default(false) }),
});

/** Something of a source that runs, as it is deployed. */
export interface Workload {
  readonly kind: 'CronJob' | 'Deployment';
  readonly name: string;
  readonly component: string;
  /** Only people start it. */
  readonly byHand: boolean;
}

/** Read from the manifests themselves, so that no name is ever another than in the cluster. */
export const workloadsOf = (compiled: CompiledPlan, { name }: DerivedSource): Workload[] =>
  [...manifests(compiled).values()].flat().flatMap((object): Workload[] => {
    const { data } = schema.safeParse(object);
    const labels = data?.metadata.labels;
    if (!data || labels?.['app.kubernetes.io/instance'] !== name) return [];
    return [
      {
        kind: data.kind,
        name: data.metadata.name,
        component: labels['app.kubernetes.io/component'],
        byHand: data.spec.suspend,
      },
    ];
  });

/** What the scheduler starts. */
export const scheduled = (workloads: readonly Workload[]): Workload[] =>
  workloads.filter(({ kind, byHand }) => kind === 'CronJob' && !byHand);

/** What runs all the time. */
export const streamers = (workloads: readonly Workload[]): Workload[] =>
  workloads.filter(({ kind }) => kind === 'Deployment');
