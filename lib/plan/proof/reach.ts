import type { CompiledSource } from '../compiled.ts';
import type { Kind } from '../values/rows.ts';
import type { Continuous } from './continuous.ts';
import type { Scheduled } from './scheduled.ts';

type Reach = CompiledSource['proof']['reach'][number];

/**
 * How fine recovery points lie at which age. For any moment that is past by more than a job's time and at most by
 * `forSeconds`, there is a backup of the kind that started at most `everySeconds` before it.
 */
export function reachOf(scheduled: Scheduled, continuous: readonly Continuous[]): Reach[] {
  return [
    ...continuous.map(({ row: { kind }, reachSeconds }) => entry(kind, null, 0, reachSeconds)),
    ...scheduled.rows
      .flatMap(({ series }) => series)
      .map(({ kind, tier, gapSeconds, keepSeconds }) =>
        entry(kind, tier, gapSeconds, kept(kind, keepSeconds) - gapSeconds),
      ),
  ].filter(({ forSeconds }) => forSeconds === null || forSeconds > 0);
}

/** What is written only when it changes is found in an older backup, which may expire at any moment. */
const kept = (kind: Kind, keepSeconds: number): number =>
  kind === 'change' && Number.isFinite(keepSeconds) ? 0 : keepSeconds;

const entry = (
  kind: Reach['kind'],
  tier: Reach['tier'],
  everySeconds: number,
  seconds: number,
): Reach => ({
  kind,
  tier,
  everySeconds,
  forSeconds: Number.isFinite(seconds) ? Math.max(0, seconds) : null,
});
