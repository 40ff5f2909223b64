import type { BackupGroup, FullRow } from '../aws-backup.ts';
import { REFERENCE, scheduledRow } from '../protections.ts';
import type { ResolvedPlan } from '../resolve.ts';
import { days, seconds } from '../values/duration.ts';
import {
  countedKeep,
  type Keep,
  type RetentionClass,
  retentionClass,
  type Tier,
} from '../values/retention.ts';
import { gaps, type Schedule } from '../values/schedule.ts';
import { UTC } from '../values/zone.ts';
import { CAPABILITIES, LIMITS } from './capabilities.ts';
import { tierSchedule } from './tier-schedule.ts';

/** A rule of AWS Backup with what the checks need beyond its compiled form. */
export interface ResolvedRule {
  /** Index of the row in `protect`. */
  readonly row: number;
  /** Null for the continuous one. */
  readonly tier: Tier | null;
  /** Null where the row's schedule does not give the tier. */
  readonly schedule: Schedule | null;
  readonly longestGapSeconds: number;
  readonly shortestGapSeconds: number;
  readonly startMinutes: number;
  readonly completionMinutes: number;
  readonly keepDays: number | null;
  readonly coldAfterDays: number | null;
  /** Null = not copied. */
  readonly copy: { readonly keepDays: number | null } | null;
}

/** When AWS Backup looks after continuous backups: away from midnight and from the usual backup hours. */
const CONTINUOUS_SCHEDULE: Schedule = { cron: '0 12 * * *', timezone: UTC };

const DEFAULT_WITHIN_MINUTES = 360;

const minutes = (total: number): number => Math.ceil(total / 60);

export function resolveRules(plan: ResolvedPlan, group: BackupGroup): ResolvedRule[] {
  return group.protect.flatMap((row, index) =>
    row.kind === 'full'
      ? fullRules(plan, group, row, index)
      : [
          {
            ...timed(CONTINUOUS_SCHEDULE, minutes(seconds(group.startWithin)), undefined),
            row: index,
            tier: null,
            keepDays: days(row.keep),
            coldAfterDays: null,
            // What is copied of a continuous backup is a snapshot: scheduled rows say which ones there are.
            copy: null,
          },
        ],
  );
}

function fullRules(
  plan: ResolvedPlan,
  group: BackupGroup,
  row: FullRow,
  index: number,
): ResolvedRule[] {
  const { weekStartsOn } = plan.plan;
  const resolved = scheduledRow(row, index, defaultKeep(plan, group), weekStartsOn);
  const startMinutes = minutes(seconds(group.startWithin));
  return resolved.tiers.flatMap(({ tier, class: { days: keepDays, storage } }) => {
    if (tier === null) return [];
    const schedule = tierSchedule(resolved.schedule, resolved.ownTier, tier, weekStartsOn) ?? null;
    return {
      ...timed(schedule, startMinutes, row.within && minutes(seconds(row.within))),
      row: index,
      tier,
      keepDays,
      coldAfterDays: storage === 'cold' ? days(group.coldAfter) : null,
      copy: group.copy === 'none' ? null : { keepDays: copyDays(group, tier, keepDays) },
    };
  });
}

/** AWS Backup has a job of its own for each start, so that a long one does not hold up the next: the gap is no limit. */
function timed(schedule: Schedule | null, startMinutes: number, within: number | undefined) {
  const { longest, shortest } = schedule ? gaps(schedule, REFERENCE) : { longest: 0, shortest: 0 };
  return {
    schedule,
    longestGapSeconds: longest,
    shortestGapSeconds: shortest,
    startMinutes,
    completionMinutes:
      within ?? Math.max(DEFAULT_WITHIN_MINUTES, startMinutes + LIMITS.completionAfterStartMinutes),
  };
}

/** What the environment keeps such resources for, where a row names nothing. */
export function defaultKeep({ retention }: ResolvedPlan, { resources }: BackupGroup): Keep {
  const objects = resources.every((type) => CAPABILITIES[type].retention === 'objects');
  return objects ? retention.objects : retention.database;
}

function copyDays(
  { copyKeep }: BackupGroup,
  tier: Tier,
  keepDays: number | null,
): RetentionClass['days'] {
  const kept = typeof copyKeep === 'object' ? copyKeep[tier] : copyKeep;
  if (kept === undefined) return keepDays;
  return retentionClass(typeof kept === 'number' ? countedKeep(tier, kept) : kept).days;
}
