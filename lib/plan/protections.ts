import type { Protection } from './compiled.ts';
import type { ResolvedPlan, ResolvedSource } from './resolve.ts';
import { SECONDS_PER_DAY, seconds } from './values/duration.ts';
import { periodStart, type WeekStart } from './values/period.ts';
import {
  type Keep,
  type RetentionClass,
  retentionClass,
  TIERS,
  type Tier,
} from './values/retention.ts';
import { gaps, type Schedule, wallRuns } from './values/schedule.ts';
import { startsSchedule } from './values/starts.ts';

/** Seconds that the streamer may need beyond the flush interval: to store the tail, or to be rescheduled by the cluster. */
export const WAL_STORE_ALLOWANCE_SECONDS = 120;

/** Seconds after which a job is ended where the plan names no `within`. */
const DEFAULT_DEADLINE_SECONDS = 6 * 3600;

/** Schedules are analysed from a fixed day, so that one plan always compiles to the same result. */
export const REFERENCE = new Date('2026-01-01T00:00:00Z');
/** Days of the longest period of a tier: starts that are further apart never share one. */
const PERIOD_DAYS: Readonly<Record<Tier, number>> = {
  hourly: 1 / 24,
  daily: 1,
  weekly: 7,
  monthly: 31,
  yearly: 366,
};
const FIVE_YEARS_ON = new Date('2031-01-01T00:00:00Z');

type Row = ResolvedSource['config']['protect'][number];
type ScheduledRow = Exclude<Row, { kind: 'wal' }>;

/** A row of `protect`, with what the rules need beyond the compiled form. */
export interface ResolvedRow {
  readonly kind: Row['kind'];
  readonly row: Row;
  /** Index in `protect`. */
  readonly index: number;
  readonly schedule: Schedule | null;
  readonly longestGapSeconds: number;
  readonly shortestGapSeconds: number;
  readonly deadlineSeconds: number;
  /** From short to long. */
  readonly tiers: readonly { readonly tier: Tier | null; readonly class: RetentionClass }[];
  /** The tier that the schedule itself has: `daily` when no day has two starts but some week has. */
  readonly ownTier: Tier | null;
}

export function resolveRows(environment: ResolvedPlan, source: ResolvedSource): ResolvedRow[] {
  const keep = environment.databaseKeep;
  return source.config.protect.map((row, index) =>
    row.kind === 'wal'
      ? walRow(row, index, keep)
      : scheduledRow(row, index, keep, environment.plan.weekStartsOn),
  );
}

function walRow(row: Extract<Row, { kind: 'wal' }>, index: number, keep: Keep): ResolvedRow {
  return {
    kind: row.kind,
    row,
    index,
    schedule: null,
    longestGapSeconds: seconds(row.flush),
    shortestGapSeconds: seconds(row.flush),
    deadlineSeconds: 0,
    tiers: [{ tier: null, class: retentionClass(row.keep ?? keep) }],
    ownTier: null,
  };
}

function scheduledRow(
  row: ScheduledRow,
  index: number,
  keep: Keep,
  weekStartsOn: WeekStart,
): ResolvedRow {
  const schedule = startsSchedule(row);
  const { longest, shortest } = gaps(schedule, REFERENCE);
  const ownTier = tierOf(schedule, shortest, weekStartsOn);
  return {
    kind: row.kind,
    row,
    index,
    schedule,
    longestGapSeconds: longest,
    shortestGapSeconds: shortest,
    deadlineSeconds:
      row.within === undefined ? Math.min(DEFAULT_DEADLINE_SECONDS, shortest) : seconds(row.within),
    tiers: tiersOf(row, keep, ownTier),
    ownTier,
  };
}

function tiersOf(row: ScheduledRow, keep: Keep, ownTier: Tier): ResolvedRow['tiers'] {
  const cold = new Set<Tier>(row.kind === 'full' ? row.cold : []);
  const given = row.keep ?? keep;
  const keeps: Partial<Record<Tier, Keep | undefined>> =
    typeof given === 'string' ? { [ownTier]: given } : given;
  return TIERS.flatMap((tier) => {
    const kept = keeps[tier];
    return kept === undefined ? [] : [{ tier, class: retentionClass(kept, cold.has(tier)) }];
  });
}

/** The tier that the schedule itself has: the shortest one, unless the next longer has one start at most in each period. */
function tierOf(schedule: Schedule, shortestGapSeconds: number, weekStartsOn: WeekStart): Tier {
  const crowded = (tier: Tier): boolean => {
    if (shortestGapSeconds >= PERIOD_DAYS[tier] * SECONDS_PER_DAY) return false;
    let last: number | undefined;
    for (const { wall } of wallRuns(schedule, REFERENCE, FIVE_YEARS_ON)) {
      const period = periodStart(tier, wall, weekStartsOn);
      if (period === last) return true;
      last = period;
    }
    return false;
  };
  const own = TIERS.find((_, index) => {
    const longer = TIERS[index + 1];
    return longer === undefined || crowded(longer);
  });
  return own ?? 'yearly';
}

/** No job takes incrementals: WAL covers every moment between two full backups, so it keeps their promise. */
export const isDerived = ({ kind }: ResolvedRow): boolean => kind !== 'incremental';

export function compileRow(resolved: ResolvedRow): Protection {
  const continuous = resolved.kind === 'wal';
  return {
    kind: resolved.kind,
    schedule: resolved.schedule,
    flushSeconds: continuous ? resolved.longestGapSeconds : null,
    deadlineSeconds: resolved.deadlineSeconds,
    tiers: resolved.tiers.map(({ tier, class: { name } }) => ({ tier, class: name })),
    overdueSeconds:
      resolved.longestGapSeconds +
      (continuous ? WAL_STORE_ALLOWANCE_SECONDS : resolved.deadlineSeconds),
    derived: isDerived(resolved),
  };
}
