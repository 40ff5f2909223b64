import { reasonNotDerived } from '../engines/plan-rules.ts';
import { delegatedTo, isDerivedKind } from '../engines/registry.ts';
import type { Protection } from './compiled.ts';
import type { ResolvedPlan, ResolvedSource } from './resolve.ts';
import { dumpOf } from './values/dump.ts';
import { type Duration, SECONDS_PER_DAY, seconds } from './values/duration.ts';
import { PERIOD_DAYS, periodStart, type WeekStart } from './values/period.ts';
import {
  type Count,
  countedKeep,
  type Keep,
  type RetentionClass,
  retentionClass,
  type Storage,
  TIERS,
  type Tier,
} from './values/retention.ts';
import { type Kind, roleOf } from './values/rows.ts';
import { gaps, type Schedule, wallRuns } from './values/schedule.ts';
import { startsSchedule } from './values/starts.ts';

/** Seconds that the streamer may need beyond the flush interval: to store the tail, or to be rescheduled by the cluster. */
export const WAL_STORE_ALLOWANCE_SECONDS = 120;

/** Seconds after which a job is ended where the plan names no `within`. */
const DEFAULT_DEADLINE_SECONDS = 6 * 3600;

/** Schedules are analysed from a fixed day, so that one plan always compiles to the same result. */
export const REFERENCE = new Date('2026-01-01T00:00:00Z');
const FIVE_YEARS_ON = new Date('2031-01-01T00:00:00Z');

type Row = ResolvedSource['config']['protect'][number];
type LogRow = Extract<Row, { flush: unknown }>;
type MirrorRow = Extract<Row, { kind: 'replication' }>;
type ScheduledRow = Exclude<Row, LogRow | MirrorRow>;
/** Rows whose tiers may move to other storage. */
type TieredRow = Extract<ScheduledRow, { cold?: unknown }>;

const isScheduled = (row: Row): row is ScheduledRow =>
  !['log', 'mirror'].includes(roleOf(row.kind));
const gapOf = (row: { flush: Duration } | { within: Duration }): Duration =>
  'flush' in row ? row.flush : row.within;
const isTiered = (row: ScheduledRow): row is TieredRow => roleOf(row.kind) === 'point';

/** A row of `protect`, with what the rules need beyond the compiled form. */
export interface ResolvedRow {
  readonly kind: Kind;
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
  /** Whether this release derives a job that takes these backups. */
  readonly derived: boolean;
  /** The kind of the row that keeps this one's promise where no job does; its backups then have no class of their own. */
  readonly metBy: Kind | null;
  /** The program that takes these backups, where it is not Tidemark's. */
  readonly takenBy?: 'velero';
}

export function resolveRows(environment: ResolvedPlan, source: ResolvedSource): ResolvedRow[] {
  const { keep, config } = source;
  const rows = config.protect.map(
    (row, index): Omit<ResolvedRow, 'metBy' | 'derived' | 'takenBy'> => {
      return isScheduled(row)
        ? scheduledRow(row, index, keep, environment.plan.weekStartsOn)
        : continuousRow(row, index, seconds(gapOf(row)), keep);
    },
  );
  const log = rows.find(({ kind }) => roleOf(kind) === 'log');
  return rows.map((row) => {
    const derived =
      isDerivedKind(config.engine, row.kind) && reasonNotDerived(config, row.kind) === undefined;
    // A log covers every moment between two full backups, so it keeps the promise of what is taken in between.
    const met = !derived && roleOf(row.kind) === 'delta' && log;
    const takenBy = delegatedTo(config.engine);
    return { ...row, derived, metBy: met ? log.kind : null, ...(takenBy && { takenBy }) };
  });
}

function continuousRow(row: Row, index: number, gapSeconds: number, keep: Keep) {
  return {
    kind: row.kind,
    row,
    index,
    schedule: null,
    longestGapSeconds: gapSeconds,
    shortestGapSeconds: gapSeconds,
    deadlineSeconds: 0,
    tiers: [{ tier: null, class: retentionClass(single(row.keep) ?? keep) }],
    ownTier: null,
  };
}

const single = (keep: Row['keep']): Keep | undefined =>
  typeof keep === 'string' ? keep : undefined;

export function scheduledRow(
  row: ScheduledRow,
  index: number,
  keep: Keep,
  weekStartsOn: WeekStart,
) {
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
  const { cold = [], archive = [] }: Partial<TieredRow> = isTiered(row) ? row : {};
  // A tier that is in both has a finding of its own.
  const storageOf = (tier: Tier): Storage =>
    archive.includes(tier) ? 'archive' : cold.includes(tier) ? 'cold' : 'standard';
  const given = row.keep ?? keep;
  const keeps: Partial<Record<Tier, Keep | Count | undefined>> =
    typeof given === 'string' ? { [ownTier]: given } : given;
  return TIERS.flatMap((tier) => {
    const kept = keeps[tier];
    if (kept === undefined) return [];
    const duration = typeof kept === 'number' ? countedKeep(tier, kept) : kept;
    return [{ tier, class: retentionClass(duration, storageOf(tier)) }];
  });
}

/** The tier that the schedule itself has: the shortest one, unless the next longer has one start at most in each period. */
function tierOf(schedule: Schedule, shortestGapSeconds: number, weekStartsOn: WeekStart): Tier {
  const crowded = (tier: Tier): boolean => {
    // Starts that are further apart than a period is long never share one.
    if (shortestGapSeconds >= PERIOD_DAYS[tier] * SECONDS_PER_DAY) return false;
    let last: number | undefined;
    let lastWall: number | undefined;
    for (const { wall } of wallRuns(schedule, REFERENCE, FIVE_YEARS_ON)) {
      const period = periodStart(tier, wall, weekStartsOn);
      // The hour that comes twice when clocks go back is one start of the plan.
      if (period === last && wall.getTime() !== lastWall) return true;
      last = period;
      lastWall = wall.getTime();
    }
    return false;
  };
  const own = TIERS.find((_, index) => {
    const longer = TIERS[index + 1];
    return longer === undefined || crowded(longer);
  });
  return own ?? 'yearly';
}

/**
 * Whether the bucket has a place for what the row promises: a row that another one covers keeps nothing of its own, a live
 * copy is kept elsewhere, and another program has a bucket of its own.
 */
export const isStored = ({
  kind,
  metBy,
  takenBy,
}: Pick<Protection, 'kind' | 'metBy' | 'takenBy'>): boolean =>
  metBy === null && takenBy === undefined && roleOf(kind) !== 'mirror';

export function compileRow(resolved: ResolvedRow): Protection {
  const { kind, row, schedule, longestGapSeconds, deadlineSeconds, derived, metBy, takenBy } =
    resolved;
  const log = roleOf(kind) === 'log';
  return {
    kind,
    schedule,
    flushSeconds: schedule === null ? longestGapSeconds : null,
    deadlineSeconds,
    tiers: resolved.tiers.map(({ tier, class: { name } }) => ({ tier, class: name })),
    longestGapSeconds,
    overdueSeconds: longestGapSeconds + (log ? WAL_STORE_ALLOWANCE_SECONDS : deadlineSeconds),
    derived,
    metBy,
    ...(takenBy && { takenBy }),
    ...(row.kind === 'logical' && { dump: dumpOf(row) }),
  };
}
