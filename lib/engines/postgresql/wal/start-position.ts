import type pg from 'pg';
import { formatLsn, segmentStart } from '../lsn.ts';
import { slotName } from '../plan.ts';
import type { ReplicationConnection } from '../replication.ts';
import { parseHistory, type TimelineStep } from '../restore/timelines.ts';
import type { PostgresqlRun } from '../run.ts';
import type { WalArchive } from './archive.ts';
import { WalConflictError } from './errors.ts';
import { type ResumePoint, startOf, storedUpTo, type WalPosition } from './resume.ts';
import { ServerClock } from './server-clock.ts';
import { ensureSlot } from './slot.ts';
import type { StoredEnd } from './stored-ends.ts';

interface StartOptions {
  readonly run: PostgresqlRun;
  readonly sql: pg.Client;
  readonly connection: ReplicationConnection;
  readonly archive: WalArchive;
  readonly signal: AbortSignal;
  readonly timeline: number;
  readonly segmentSize: number;
  /** Not even the slot had kept its WAL. */
  readonly renewSlot: boolean;
  readonly ends: ReadonlyMap<number, StoredEnd>;
}

export interface Start {
  readonly at: WalPosition;
  /** Start of the segment from which the slot holds WAL back. */
  readonly slot: WalPosition;
  readonly stored: ResumePoint | undefined;
  /** Set if the slot had to be made: why. */
  readonly slotCreated: string | undefined;
}

/**
 * Looks at the server's history, the slot and what is stored, and decides where to go on.
 * @throws WalConflictError if the server is behind what is stored; PreflightError, WalRefusedError
 */
export async function startPosition(options: StartOptions): Promise<Start> {
  const { sql, connection, run, segmentSize, ends } = options;
  const clock = await new ServerClock(sql, run).ask();
  const history = await archiveHistory(options);
  const stored = storedUpTo(history, ends, segmentSize);
  // A standby may be behind for a while: what it is asked for it sends when it has it.
  const behind = !clock.standby && clock.lsn < (stored?.durable ?? 0n);
  if (stored?.timeline === options.timeline && behind) {
    throw new WalConflictError(
      `the server's WAL ends at ${formatLsn(clock.lsn)}, and the store has it up to ${formatLsn(stored.durable)}: the server was reset to an earlier state; stream it into another store, or under another name`,
    );
  }
  const slot = await ensureSlot(sql, connection, slotName(run.source.name), options.renewSlot);
  const slotAt = { timeline: slot.timeline, lsn: segmentStart(slot.lsn, segmentSize) };
  return { at: startOf(slotAt, stored), slot: slotAt, stored, slotCreated: slot.created };
}

/** The server's timelines, oldest first; the files that say so are stored with the WAL. */
async function archiveHistory({
  connection,
  archive,
  timeline,
  signal,
}: StartOptions): Promise<readonly TimelineStep[]> {
  if (timeline === 1) return [{ timeline, from: 0n, to: undefined }];
  const file = await connection.timelineHistory(timeline);
  await archive.text(timeline, file, signal);
  return parseHistory(timeline, file.content.toString('utf8'));
}
