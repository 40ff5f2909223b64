import type { SourceOf } from '../../../../lib/plan/compiled.ts';
import { compiledPlan, compiledSource } from '../../compiled-plan.ts';

type Cluster = SourceOf<'kubernetes'>;

/** A cluster that is backed up daily, and kept for weeks and months as well. */
export function clusterSource(
  settings: Partial<Cluster['settings']> = {},
  changes: Partial<Cluster['protections'][number]> = {},
): Cluster {
  return {
    ...compiledSource(),
    name: 'cluster',
    engine: 'kubernetes',
    settings: {
      velero: { namespace: 'velero', serviceAccount: 'velero' },
      namespaces: '*',
      exclude: [],
      snapshotVolumes: true,
      moveSnapshots: true,
      ...settings,
    },
    protections: [
      {
        kind: 'full',
        schedule: { cron: '0 5 * * *', timezone: 'Etc/UTC' },
        flushSeconds: null,
        deadlineSeconds: 21_600,
        longestGapSeconds: 86_400,
        tiers: [
          { tier: 'daily', class: '30d' },
          { tier: 'weekly', class: '84d' },
          { tier: 'monthly', class: '366d' },
        ],
        overdueSeconds: 108_000,
        derived: true,
        metBy: null,
        takenBy: 'velero',
        ...changes,
      },
    ],
  };
}

/** The plan of the other charts, with such a cluster. */
export const clusterPlan = (source: Cluster = clusterSource()) =>
  compiledPlan({ sources: [compiledSource(), source] });
