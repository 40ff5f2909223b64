import type { SourceConfig } from '../../engines/registry.ts';
import { type ResolvedRow, WAL_STORE_ALLOWANCE_SECONDS } from '../protections.ts';
import { roleOf } from '../values/rows.ts';
import { basesOf } from './bases.ts';
import type { Scheduled } from './scheduled.ts';
import { type Series, shortestKeepSeconds } from './series.ts';

/** What a continuous row guarantees. */
export interface Continuous {
  readonly row: ResolvedRow;
  /**
   * How many seconds back every moment can be restored, at any time; infinite where everything is kept for ever,
   * negative where there are moments at which nothing can.
   */
  readonly reachSeconds: number;
  /** Infinite where there are moments at which nothing can be restored. */
  readonly lossSeconds: number;
  /** The same while any one run of its bases fails. */
  readonly lossAfterFailureSeconds: number;
}

export const proveContinuous = (
  counted: readonly ResolvedRow[],
  scheduled: Scheduled,
  versions: boolean,
): Continuous[] =>
  counted.flatMap((row) => {
    const role = roleOf(row.kind);
    if (role === 'mirror') return [mirror(row, versions)];
    return role === 'log' ? [log(row, counted, scheduled)] : [];
  });

/** Buckets keep what was replaced; a server that follows another one has what that has, and nothing else. */
export const keepsVersions = (config: SourceConfig): boolean =>
  'versioning' in config && config.versioning;

/** Every version is there for as long as replaced ones are kept, behind by what the copy may be behind. */
const mirror = (row: ResolvedRow, versions: boolean): Continuous => ({
  row,
  reachSeconds: versions ? shortestKeepSeconds(row) : 0,
  lossSeconds: row.longestGapSeconds,
  lossAfterFailureSeconds: row.longestGapSeconds,
});

/**
 * To reach a moment T takes a backup that was complete before T and the whole log from its end to T (the log of the
 * backup itself is stored with it). In the worst case the next backup is complete just after T, so the one to use started
 * as long as a gap and a deadline before T, and it and its log count their retention from there.
 */
function log(row: ResolvedRow, counted: readonly ResolvedRow[], { rows }: Scheduled): Continuous {
  const bases = basesOf(row.kind, counted);
  const series = rows
    .filter((scheduled) => bases.includes(scheduled.row) || continuesOne(scheduled.row, bases))
    .flatMap((scheduled) => scheduled.series);
  const keep = shortestKeepSeconds(row);
  const reach = (gapOf: (each: Series) => number): number =>
    Math.max(
      ...series.map(
        (each) => Math.min(keep, each.keepSeconds) - gapOf(each) - each.deadlineSeconds,
      ),
    );
  const loss = row.longestGapSeconds + WAL_STORE_ALLOWANCE_SECONDS;
  const reachSeconds = reach(({ gapSeconds }) => gapSeconds);
  const afterFailure = reach((each) => each.gapAfterFailureSeconds);
  return {
    row,
    reachSeconds,
    lossSeconds: reachSeconds >= 0 ? loss : Number.POSITIVE_INFINITY,
    lossAfterFailureSeconds: afterFailure >= 0 ? loss : Number.POSITIVE_INFINITY,
  };
}

/** A backup that completes another one is as good a beginning for the log. */
const continuesOne = ({ kind }: ResolvedRow, bases: readonly ResolvedRow[]): boolean =>
  roleOf(kind) === 'delta' && basesOf(kind, bases).length > 0;
