import type { Lsn } from '../lsn.ts';

interface Observation {
  /** Where the primary's WAL ended, as its last message said. */
  readonly end: Lsn;
  /** What the standby has of it. */
  readonly receivedTo: Lsn;
  /** Of that message, by the primary's clock. */
  readonly sentAt: Date;
}

/** Longer than a commit with synchronous_commit=off may wait until it is flushed, and so sent (3 x wal_writer_delay). */
const UNSENT_MS = 5_000;

/**
 * Tells, on a standby, that nothing happens on the primary. One message is not enough: it may come from the middle of what
 * is still to be sent. Two with the same end, which the standby has reached, are: had there been more at the time of the
 * first, it would have been sent before the second.
 */
export class QuietPrimary {
  #last: Observation | undefined;

  /** Every commit up to the moment lies before the position. Undefined while nothing is proven. */
  observe(found: Observation): { readonly at: Date; readonly lsn: Lsn } | undefined {
    const last = this.#last;
    if (last?.sentAt.getTime() === found.sentAt.getTime()) return undefined;
    this.#last = found;
    if (!last || last.end !== found.end || found.receivedTo < found.end) return undefined;
    if (last.sentAt >= found.sentAt) return undefined;
    return { at: new Date(last.sentAt.getTime() - UNSENT_MS), lsn: found.end };
  }
}
