import { REFERENCE, type ResolvedRow } from '../protections.ts';
import { SECONDS_PER_DAY } from '../values/duration.ts';
import type { WeekStart } from '../values/period.ts';
import type { Tier } from '../values/retention.ts';
import type { Kind } from '../values/rows.ts';
import { gaps } from '../values/schedule.ts';
import { tierGaps } from './tier-gaps.ts';

/**
 * The backups of a row that a tier or a longer one takes: rarer than all of the row's, and kept longer. What is proven of
 * the backups of a row is proven of one of its series.
 */
export interface Series {
  readonly kind: Kind;
  /** Null for a row without tiers. */
  readonly tier: Tier | null;
  /** Seconds between two starts at most, as long as every run succeeds. */
  readonly gapSeconds: number;
  /** The same while any one run fails. */
  readonly gapAfterFailureSeconds: number;
  readonly deadlineSeconds: number;
  /** Seconds that each of them is kept at least, from its start. Infinite = for ever. */
  readonly keepSeconds: number;
}

/** From all backups of a scheduled row to those of its longest tier. */
export function seriesOf(row: ResolvedRow, weekStartsOn: WeekStart): Series[] {
  const { schedule, kind, deadlineSeconds, tiers } = row;
  if (schedule === null) return [];
  return tiers.map(({ tier }, index) => {
    const all = index === 0 || tier === null || tier === row.ownTier;
    const { longest, afterFailure } = all
      ? { longest: row.longestGapSeconds, afterFailure: gaps(schedule, REFERENCE).longestOfTwo }
      : tierGaps(schedule, tier, weekStartsOn);
    return {
      kind,
      tier,
      gapSeconds: longest,
      gapAfterFailureSeconds: afterFailure,
      deadlineSeconds,
      keepSeconds: shortestKeepSeconds({ tiers: tiers.slice(index) }),
    };
  });
}

/** Seconds that a class of so many days is kept; infinite for `null`, which is for ever. */
export const keepSeconds = (days: number | null): number =>
  days === null ? Number.POSITIVE_INFINITY : days * SECONDS_PER_DAY;

export function shortestKeepSeconds({ tiers }: Pick<ResolvedRow, 'tiers'>): number {
  return Math.min(...tiers.map((tier) => keepSeconds(tier.class.days)));
}

/**
 * For how many seconds the newest backup is kept after the next one is complete, in the best of the series; negative =
 * there are moments without any. Each is as old then as a gap and a deadline.
 */
export function reachSeconds(series: readonly Series[]): number {
  return Math.max(
    ...series.map((each) => each.keepSeconds - each.gapSeconds - each.deadlineSeconds),
  );
}
