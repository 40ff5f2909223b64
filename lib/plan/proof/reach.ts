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
    ...continuous.flatMap(({ row: { kind }, reachSeconds }) => entry(kind, null, 0, reachSeconds)),
    ...scheduled.rows
      .flatMap(({ series }) => series)
      .flatMap(({ kind, tier, gapSeconds, keepSeconds }) =>
        entry(kind, tier, gapSeconds, kept(kind, keepSeconds) - gapSeconds),
      ),
  ];
}

/** What is written only when it changes is found in an older backup, which may expire at any moment. */
const kept = (kind: Kind, keepSeconds: number): number =>
  kind === 'change' && Number.isFinite(keepSeconds) ? 0 : keepSeconds;

/** Nothing where the backups are not sure to come, or are gone before the next one. */
function entry(
  kind: Reach['kind'],
  tier: Reach['tier'],
  everySeconds: number,
  seconds: number,
): Reach[] {
  if (!Number.isFinite(everySeconds) || !(seconds > 0)) return [];
  return [{ kind, tier, everySeconds, forSeconds: Number.isFinite(seconds) ? seconds : null }];
}
