import type { CompiledSource } from './compiled.ts';
import { REFERENCE, type ResolvedRow, WAL_STORE_ALLOWANCE_SECONDS } from './protections.ts';
import { SECONDS_PER_DAY } from './values/duration.ts';
import { periodStart, type WeekStart } from './values/period.ts';
import type { Tier } from './values/retention.ts';
import { wallRuns } from './values/schedule.ts';

type Proof = CompiledSource['proof'];

/** Long enough for every distance between two firsts of a month or a year. */
const PROOF_UNTIL = new Date('2035-01-01T00:00:00Z');

/** What the schedules and retentions of a source guarantee as long as every job succeeds. */
export interface Guarantee {
  readonly proof: Proof;
  /**
   * For how many seconds, at least, the newest base backup is kept after the next one is complete; negative = there are
   * moments without a base.
   */
  readonly baseReachSeconds: number;
}

export function prove(rows: readonly ResolvedRow[], weekStartsOn: WeekStart): Guarantee {
  const wal = rows.find(({ kind }) => kind === 'wal');
  const full = rows.find(({ kind }) => kind === 'full');
  if (!full) throw new TypeError('a source without full backups reached the proof');
  const bases = full.tiers.map(({ tier }, index) => ({
    keepSeconds: shortestKeepSeconds({ tiers: full.tiers.slice(index) }),
    ageSeconds:
      tierGap(full, index === 0 ? full.ownTier : tier, weekStartsOn) + full.deadlineSeconds,
  }));
  return {
    proof: wal
      ? {
          worstLossSeconds: wal.longestGapSeconds + WAL_STORE_ALLOWANCE_SECONDS,
          windowSeconds: finite(Math.max(0, reachSeconds(bases, shortestKeepSeconds(wal)))),
          by: 'wal',
        }
      : {
          worstLossSeconds: newestAgeSeconds(bases, full),
          windowSeconds: 0,
          by: 'full',
        },
    baseReachSeconds: reachSeconds(bases, Number.POSITIVE_INFINITY),
  };
}

const finite = (seconds: number): number | null => (Number.isFinite(seconds) ? seconds : null);

/**
 * How far back recovery to a moment reaches at any time; infinite where everything is kept for ever.
 *
 * To reach a moment T takes a base backup that was complete before T and all WAL from its end to T (the WAL of the base
 * itself is stored with it). In the worst case the next base is complete just after T, so the one to use
 * started as long as a gap and a deadline before T (its `age`), and it and its WAL count their retention from there.
 * Bases of a longer tier are rarer but kept longer, so the best of the tiers decides.
 */
function reachSeconds(
  bases: readonly { readonly keepSeconds: number; readonly ageSeconds: number }[],
  walKeepSeconds: number,
): number {
  return Math.max(
    ...bases.map((base) => Math.min(walKeepSeconds, base.keepSeconds) - base.ageSeconds),
  );
}

/**
 * The longest time since the start of the newest full backup that is still kept: just before the next one is complete.
 * A short tier that expires before then (daily backups of working days, kept for one day) leaves the next longer one.
 */
function newestAgeSeconds(
  bases: readonly { readonly keepSeconds: number; readonly ageSeconds: number }[],
  full: ResolvedRow,
): number {
  const unbroken = bases.filter((base) => base.keepSeconds >= base.ageSeconds);
  // Where none is unbroken there are moments without any backup, which is an error of its own.
  if (unbroken.length === 0) return full.longestGapSeconds + full.deadlineSeconds;
  return Math.min(...unbroken.map(({ ageSeconds }) => ageSeconds));
}

export function shortestKeepSeconds({ tiers }: Pick<ResolvedRow, 'tiers'>): number {
  return Math.min(...tiers.map((tier) => keepSeconds(tier.class.days)));
}

/** Seconds that a class of so many days is kept; null = for ever. */
export const keepSeconds = (days: number | null): number =>
  days === null ? Number.POSITIVE_INFINITY : days * SECONDS_PER_DAY;

/** The longest time in seconds between two backups that a tier takes: the first of each of its periods. */
function tierGap(full: ResolvedRow, tier: Tier | null, weekStartsOn: WeekStart): number {
  if (!full.schedule || tier === null) return full.longestGapSeconds;
  if (tier === full.ownTier) return full.longestGapSeconds;
  let period: number | undefined;
  let last: number | undefined;
  let longest = 0;
  for (const { at, wall } of wallRuns(full.schedule, REFERENCE, PROOF_UNTIL)) {
    const current = periodStart(tier, wall, weekStartsOn);
    if (current === period) continue;
    if (last !== undefined) longest = Math.max(longest, at - last);
    period = current;
    last = at;
  }
  return longest === 0 ? Number.POSITIVE_INFINITY : longest / 1000;
}
