import { runId } from '../../../catalog/keys.ts';
import { recordRun } from '../../../catalog/reader.ts';
import type { WalRun } from '../../../catalog/run-record.ts';
import { messageOf } from '../../../message.ts';
import { recordHead } from '../../record-head.ts';
import { formatLsn, type Lsn } from '../lsn.ts';
import type { PostgresqlRun } from '../run.ts';
import type { PushedSegment } from './read-segment.ts';

/** A segment that is in the store. */
export interface Stored {
  readonly name: string;
  /** Of its bytes before compression. */
  readonly sha256: string;
  readonly end: Lsn;
  /** By the server's clock. */
  readonly lastCommitAt: Date | undefined;
}

/**
 * Writes down a stretch of segments. What proves up to which moment everything is stored is the newest commit in it: a
 * server that nobody writes to has nothing to archive, and so proves nothing.
 */
export async function recordPushed(
  run: PostgresqlRun,
  startedAt: Date,
  first: PushedSegment,
  stored: readonly Stored[],
): Promise<void> {
  const commits = stored.flatMap(({ lastCommitAt }) => lastCommitAt?.getTime() ?? []);
  await recordRun(
    run.store,
    record(run, startedAt, first, {
      outcome: 'succeeded',
      error: null,
      durable: formatLsn(stored.at(-1)?.end ?? first.start),
      serverTime: commits.length > 0 ? new Date(Math.max(...commits)).toISOString() : null,
      clock: 'commit',
      segments: stored.map(({ name, sha256 }) => ({ name, sha256 })),
    }),
    { signal: run.signal },
  );
}

/** Writes down what to try again would not change, where that can be written. */
export async function recordRefused(
  run: PostgresqlRun,
  startedAt: Date,
  first: PushedSegment,
  error: unknown,
): Promise<void> {
  const refused = record(run, startedAt, first, {
    outcome: 'failed',
    error: messageOf(error),
    durable: formatLsn(first.start),
    serverTime: null,
    segments: [],
  });
  await recordRun(run.store, refused, { signal: run.signal }).catch(() => undefined);
}

function record(
  run: PostgresqlRun,
  startedAt: Date,
  { systemId, timeline, start }: PushedSegment,
  result: Pick<WalRun, 'outcome' | 'error' | 'durable' | 'serverTime' | 'clock' | 'segments'>,
): WalRun {
  const endedAt = run.now();
  return {
    ...recordHead(run, startedAt, endedAt),
    id: runId(endedAt, 'wal'),
    action: 'wal',
    systemId,
    timeline,
    from: formatLsn(start),
    gap: null,
    ...result,
  };
}
