import type { CompiledSource } from './compiled.ts';
import { countedRows } from './proof/bases.ts';
import { type Continuous, proveContinuous } from './proof/continuous.ts';
import { reachOf } from './proof/reach.ts';
import { proveScheduled, type Scheduled } from './proof/scheduled.ts';
import type { ResolvedRow } from './protections.ts';
import type { WeekStart } from './values/period.ts';

/** What the schedules and retentions of a source guarantee as long as every job succeeds. */
export interface Guarantee {
  readonly proof: CompiledSource['proof'];
  readonly scheduled: Scheduled;
  readonly continuous: readonly Continuous[];
}

/**
 * What the rows of a source guarantee at every moment of every year. Jobs take any time up to their deadline, nothing is
 * kept a second longer than promised. A loss is exact where every backup outlives the time until the next one is
 * complete; everything else is never better than the truth.
 * @param versions whether live copies keep what they replace
 */
export function prove(
  rows: readonly ResolvedRow[],
  weekStartsOn: WeekStart,
  versions: boolean,
): Guarantee {
  const counted = countedRows(rows);
  const scheduled = proveScheduled(counted, weekStartsOn);
  const continuous = proveContinuous(counted, scheduled, versions);
  const ways = [
    ...continuous.map((way) => ({ ...way, kind: way.row.kind })),
    ...(scheduled.by ? [{ ...scheduled, kind: scheduled.by }] : []),
  ];
  const [best] = ways.toSorted((a, b) => a.lossSeconds - b.lossSeconds);
  if (!best) throw new TypeError('a source without anything to restore reached the proof');
  const window = Math.max(0, ...continuous.map(({ reachSeconds }) => reachSeconds));
  const afterFailure = Math.min(...ways.map((way) => way.lossAfterFailureSeconds));
  return {
    proof: {
      worstLossSeconds: best.lossSeconds,
      lossAfterFailureSeconds: finite(afterFailure),
      windowSeconds: finite(window),
      by: best.kind,
      reach: reachOf(scheduled, continuous),
    },
    scheduled,
    continuous,
  };
}

const finite = (seconds: number): number | null => (Number.isFinite(seconds) ? seconds : null);
