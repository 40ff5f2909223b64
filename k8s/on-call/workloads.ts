import { z } from 'zod';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { manifests } from '../manifests.ts';

const INSTANCE = 'app.kubernetes.io/instance';

const schema = z.object({
  kind: z.enum(['CronJob', 'Deployment']),
  metadata: z.object({
    name: z.string(),
    labels: z.object({
      [INSTANCE]: z.string(),
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

/** One synthesis for all sources of a cluster. */
const known = new WeakMap<CompiledPlan, ReadonlyMap<string, Workload[]>>();

/** Read from the manifests themselves, so that no name is ever another than in the cluster. */
export function workloadsOf(compiled: CompiledPlan, { name }: DerivedSource): Workload[] {
  const bySource = known.get(compiled) ?? read(compiled);
  known.set(compiled, bySource);
  return bySource.get(name) ?? [];
}

function read(compiled: CompiledPlan): Map<string, Workload[]> {
  const found = [...manifests(compiled).values()]
    .flat()
    .flatMap((object) => schema.safeParse(object).data ?? []);
  const grouped = Map.groupBy(found, ({ metadata }) => metadata.labels[INSTANCE]);
  return new Map(
    [...grouped].map(([source, objects]) => [
      source,
      objects.map(({ kind, metadata, spec }) => ({
        kind,
        name: metadata.name,
        component: metadata.labels['app.kubernetes.io/component'],
        byHand: spec.suspend,
      })),
    ]),
  );
}

/** What the scheduler starts. */
export const scheduled = (workloads: readonly Workload[]): Workload[] =>
  workloads.filter(({ kind, byHand }) => kind === 'CronJob' && !byHand);

/** What runs all the time. */
export const streamers = (workloads: readonly Workload[]): Workload[] =>
  workloads.filter(({ kind }) => kind === 'Deployment');
