import { type Lsn, segmentStart } from '../lsn.ts';
import type { TimelineStep } from '../restore/timelines.ts';
import type { StoredEnd } from './stored-ends.ts';

/** A place in the WAL of one timeline. */
export interface WalPosition {
  readonly timeline: number;
  readonly lsn: Lsn;
}

export interface ResumePoint extends WalPosition {
  /** Everything from here on is stored without a gap. */
  readonly since: Lsn;
  /** Everything before it is stored already. */
  readonly durable: Lsn;
}

/**
 * Where the stored WAL goes on, in the history of the server as it is now: WAL of timelines that the server does
 * not descend from does not count. Undefined if nothing of its history is stored.
 *
 * @param history the server's timelines, oldest first
 */
export function storedUpTo(
  history: readonly TimelineStep[],
  ends: ReadonlyMap<number, StoredEnd>,
  segmentSize: number,
): ResumePoint | undefined {
  for (const [index, step] of [...history.entries()].reverse()) {
    const end = ends.get(step.timeline);
    if (!end) continue;
    const next = history[index + 1];
    if (next && end.durable >= next.from) {
      // The successor holds a copy of the segment in which this timeline ends.
      const lsn = segmentStart(next.from, segmentSize);
      return { timeline: next.timeline, lsn, since: lsn, durable: next.from };
    }
    const lsn = end.whole ?? segmentStart(end.durable - 1n, segmentSize);
    return { timeline: step.timeline, lsn, since: end.since, durable: end.durable };
  }
  return undefined;
}

/**
 * Where to start. The slot's position comes first: what is stored beyond it is received again and compared. If the
 * slot stands behind what is stored, the server is asked for what is missing: it may have it still.
 */
export function startOf(slot: WalPosition, stored: ResumePoint | undefined): WalPosition {
  if (!stored || slot.lsn <= stored.lsn) return slot;
  return { timeline: stored.timeline, lsn: stored.lsn };
}
