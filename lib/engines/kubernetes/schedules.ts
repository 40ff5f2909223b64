import type { CompiledPlan } from '../../plan/compiled.ts';
import type { ClusterSource } from './names.ts';
import { type TierSchedule, tierSchedules } from './plan-tiers.ts';

/** A Schedule of Velero with the longest that one of its backups may take. */
export interface ClusterSchedule extends TierSchedule<string> {
  readonly deadlineSeconds: number;
  /** Older than this, the newest backup of the row is missing; null for longer tiers, which the row's own starts watch. */
  readonly overdueSeconds: number | null;
}

/** From short to long: the first takes a backup at every start of the row. */
export const clusterSchedules = (
  { weekStartsOn }: CompiledPlan,
  { protections }: ClusterSource,
): ClusterSchedule[] =>
  protections.flatMap(({ schedule, tiers, deadlineSeconds, overdueSeconds, derived }) =>
    derived && schedule
      ? tierSchedules(schedule.cron, tiers, weekStartsOn).schedules.map((each, index) => ({
          ...each,
          deadlineSeconds,
          overdueSeconds: index === 0 ? overdueSeconds : null,
        }))
      : [],
  );
