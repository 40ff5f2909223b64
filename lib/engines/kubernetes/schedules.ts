import type { CompiledPlan } from '../../plan/compiled.ts';
import { REFERENCE } from '../../plan/protections.ts';
import { longestGap } from '../../plan/values/schedule.ts';
import type { ClusterSource } from './names.ts';
import { type TierSchedule, tierSchedules } from './plan-tiers.ts';

/** A Schedule of Velero with the longest that one of its backups may take. */
export interface ClusterSchedule extends TierSchedule<string> {
  readonly deadlineSeconds: number;
  /** Older than this, the newest backup of the Schedule is missing. */
  readonly overdueSeconds: number;
}

/** From short to long: the first takes a backup at every start of the row. */
export const clusterSchedules = (
  { weekStartsOn }: CompiledPlan,
  { protections }: ClusterSource,
): ClusterSchedule[] =>
  protections.flatMap(({ schedule, tiers, deadlineSeconds, derived }) =>
    derived && schedule
      ? tierSchedules(schedule.cron, tiers, weekStartsOn).schedules.map((each) => ({
          ...each,
          deadlineSeconds,
          overdueSeconds: longestGap({ ...schedule, cron: each.cron }, REFERENCE) + deadlineSeconds,
        }))
      : [],
  );
