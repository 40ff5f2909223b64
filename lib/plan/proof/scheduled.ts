import type { ResolvedRow } from '../protections.ts';
import type { WeekStart } from '../values/period.ts';
import type { Kind } from '../values/rows.ts';
import { basesOf, byPrecedence, needsBase } from './bases.ts';
import { type Merged, type MergedRow, merge } from './merged.ts';
import { type Series, seriesOf } from './series.ts';
import type { Refused } from './timeline.ts';

/** A scheduled row among the others of its source. */
export interface ScheduledRow {
  readonly row: ResolvedRow;
  /** From all of its backups to those of its longest tier; empty where none is sure. */
  readonly series: readonly Series[];
  /** How many of its starts fall into the time of a run of a row that goes first; null = not known. */
  readonly refused: Refused | null;
}

export interface Scheduled {
  /** Infinite where there are moments without any backup. */
  readonly lossSeconds: number;
  /** The same while any one run fails. */
  readonly lossAfterFailureSeconds: number;
  /** The kind that the loss is computed from; undefined where no row is scheduled. */
  readonly by: Kind | undefined;
  /** What goes first comes first. */
  readonly rows: readonly ScheduledRow[];
}

/** What the scheduled backups of a source guarantee together. */
export function proveScheduled(
  counted: readonly ResolvedRow[],
  weekStartsOn: WeekStart,
): Scheduled {
  const rows = byPrecedence(counted);
  const [first, ...others] = rows;
  if (!first) return NOTHING;
  const series = seriesOf(first, weekStartsOn);
  const alone = {
    lossSeconds: lossOf(series, ({ gapSeconds }) => gapSeconds),
    lossAfterFailureSeconds: lossOf(series, (each) => each.gapAfterFailureSeconds),
    by: first.kind,
  };
  const scheduledFirst: ScheduledRow = { row: first, series, refused: 'none' };
  if (others.length === 0) return { ...alone, rows: [scheduledFirst] };
  const parts = rows.map((row) => mergedRow(row, rows, weekStartsOn));
  const merged = merge(parts);
  const better = merged.lossSeconds < alone.lossSeconds;
  const seriesAmong = (row: ResolvedRow, refused: Refused | null): Series[] => {
    if (needsBase(row.kind)) return refused === 'all' ? [] : [together(row, merged, parts)];
    // What is not sure to start says nothing about the distance to the next one of its kind.
    return refused === 'none' ? seriesOf(row, weekStartsOn) : [];
  };
  return {
    lossSeconds: better ? merged.lossSeconds : alone.lossSeconds,
    lossAfterFailureSeconds: Math.min(
      merged.lossAfterFailureSeconds,
      alone.lossAfterFailureSeconds,
    ),
    by: better ? mostFrequent(rows).kind : first.kind,
    rows: [
      scheduledFirst,
      ...others.map((row, index): ScheduledRow => {
        const refused = merged.refused[index + 1] ?? null;
        return { row, refused, series: seriesAmong(row, refused) };
      }),
    ],
  };
}

const NOTHING: Scheduled = {
  lossSeconds: Number.POSITIVE_INFINITY,
  lossAfterFailureSeconds: Number.POSITIVE_INFINITY,
  by: undefined,
  rows: [],
};

const mostFrequent = (rows: readonly ResolvedRow[]): ResolvedRow =>
  rows.reduce((a, b) => (b.longestGapSeconds < a.longestGapSeconds ? b : a));

/** The age of the newest backup, from its start, just before the next one is complete. */
function lossOf(series: readonly Series[], gapOf: (series: Series) => number): number {
  const ages = series.flatMap((each) => {
    const age = gapOf(each) + each.deadlineSeconds;
    // Backups that expire before the next one is complete leave those of a longer tier.
    return age <= each.keepSeconds ? [age] : [];
  });
  return Math.min(Number.POSITIVE_INFINITY, ...ages);
}

function mergedRow(
  row: ResolvedRow,
  rows: readonly ResolvedRow[],
  weekStartsOn: WeekStart,
): MergedRow {
  const { schedule, deadlineSeconds, longestGapSeconds, shortestGapSeconds } = row;
  if (schedule === null) throw new TypeError(`a ${row.kind} row has no schedule to merge`);
  const keep = seriesOf(row, weekStartsOn)[0]?.keepSeconds ?? 0;
  const bases = basesOf(row.kind, rows).flatMap((base) => seriesOf(base, weekStartsOn).slice(0, 1));
  // The newest base may be as old as a gap and a deadline when something continues it, and expires first.
  const whileBase = (gapOf: (base: Series) => number): number =>
    Math.min(keep, ...bases.map((base) => base.keepSeconds - gapOf(base) - base.deadlineSeconds));
  return {
    schedule,
    deadlineSeconds,
    longestGapSeconds,
    shortestGapSeconds,
    keepSeconds: whileBase(({ gapSeconds }) => gapSeconds),
    keepAfterFailureSeconds: whileBase((base) => base.gapAfterFailureSeconds),
  };
}

/** A row whose backups need those of another: they lie between those. */
function together(row: ResolvedRow, merged: Merged, parts: readonly MergedRow[]): Series {
  return {
    kind: row.kind,
    tier: null,
    gapSeconds: merged.gapSeconds,
    gapAfterFailureSeconds: merged.gapAfterFailureSeconds,
    deadlineSeconds: Math.max(...parts.map(({ deadlineSeconds }) => deadlineSeconds)),
    keepSeconds: Math.min(...parts.map(({ keepSeconds }) => keepSeconds)),
  };
}
