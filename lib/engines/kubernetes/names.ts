import type { CompiledPlan, SourceOf } from '../../plan/compiled.ts';
import { boundedName } from '../../plan/values/bounded-name.ts';
import type { Tier } from '../../plan/values/retention.ts';

export type ClusterSource = SourceOf<'kubernetes'>;

export const clusterSources = ({ sources }: CompiledPlan): ClusterSource[] =>
  sources.filter((source): source is ClusterSource => source.engine === 'kubernetes');

const LABEL_VALUE_LIMIT = 63;
/** Velero appends a hyphen and a moment of 14 digits to the name of a Schedule for each backup, which is a label of what it restores. */
const SCHEDULE_NAME_LIMIT = LABEL_VALUE_LIMIT - 15;

const ofPlan = ({ plan, environment }: CompiledPlan): string => `tidemark-${plan}-${environment}`;

/** Of the BackupStorageLocation and of the VolumeSnapshotLocation. */
export const locationName = (compiled: CompiledPlan): string =>
  boundedName(ofPlan(compiled), LABEL_VALUE_LIMIT);

/** Of the Schedule that takes the backups of one tier; the label `schedule` of Velero's metrics. */
export const scheduleName = (compiled: CompiledPlan, source: ClusterSource, tier: Tier): string =>
  boundedName(`${ofPlan(compiled)}-${source.name}-${tier}`, SCHEDULE_NAME_LIMIT);
