import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import {
  type ClusterSource,
  clusterSources,
  locationName,
  scheduleName,
} from '../../../lib/engines/kubernetes/names.ts';
import { clusterSchedules } from '../../../lib/engines/kubernetes/schedules.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { planLabels } from '../names.ts';
import { wave } from '../sync-wave.ts';
import { veleroLocation } from './location.ts';
import { BackupStorageLocation, Schedule, VolumeSnapshotLocation } from './objects.ts';
import { scheduleSpec } from './schedules.ts';

/**
 * What Velero in the cluster is to do: where its backups go, and a Schedule for each tier of each source. All of it is in
 * Velero's namespace, where alone Velero looks. Installing Velero is left to its Helm chart, whose values are written too.
 * @throws TypeError where the plan has no cluster to back up
 */
export class VeleroChart extends Chart {
  constructor(scope: Construct, id: string, compiled: CompiledPlan) {
    super(scope, id, { disableResourceNameHashes: true });
    const sources = clusterSources(compiled);
    const [first] = sources;
    if (!first) throw new TypeError(`plan ${compiled.plan} has no source kubernetes`);
    this.locations(compiled, first);
    for (const source of sources) {
      for (const schedule of clusterSchedules(compiled, source)) {
        const name = scheduleName(compiled, source, schedule.tier);
        new Schedule(this, name, {
          metadata: metadata(compiled, source, name, { 'app.kubernetes.io/instance': source.name }),
          spec: scheduleSpec(compiled, source, schedule),
        });
      }
    }
  }

  /**
   * Snapshots of volumes are taken by their CSI driver; the location of native ones stands there because Velero wants one
   * of each provider, and says in which region they would be.
   */
  private locations(compiled: CompiledPlan, source: ClusterSource): void {
    const name = locationName(compiled);
    const { plugin, bucket, config, credential, caCertRef, region } = veleroLocation(
      compiled,
      source,
    );
    const provider = `velero.io/${plugin}`;
    new BackupStorageLocation(this, 'BackupStorageLocation', {
      metadata: metadata(compiled, source, name),
      spec: {
        provider,
        default: true,
        accessMode: 'ReadWrite',
        objectStorage: { bucket, ...(caCertRef && { caCertRef }) },
        config,
        ...(credential && { credential }),
      },
    });
    if (region === undefined) return;
    new VolumeSnapshotLocation(this, 'VolumeSnapshotLocation', {
      metadata: metadata(compiled, source, name),
      spec: { provider, config: { region } },
    });
  }
}

const metadata = (
  compiled: CompiledPlan,
  { settings: { velero } }: ClusterSource,
  name: string,
  labels: Record<string, string> = {},
) => ({
  name,
  namespace: velero.namespace,
  labels: { ...planLabels(compiled), ...labels },
  annotations: {
    ...wave('jobs'),
    // Velero's Helm chart brings the definitions of these kinds, maybe with the same sync.
    'argocd.argoproj.io/sync-options': 'SkipDryRunOnMissingResource=true',
  },
});
