import type pg from 'pg';
import type { ReplicationConnection } from '../replication.ts';
import type { TimelineEnd } from '../wal-stream.ts';
import { WalConflictError } from './errors.ts';
import { messageOf } from './failures.ts';
import { beat } from './heartbeat.ts';
import type { WalPosition } from './resume.ts';
import type { StreamState } from './stream-state.ts';
import { TimelineReceiver } from './timeline-receiver.ts';

interface TimelineOptions {
  readonly state: StreamState;
  readonly connection: ReplicationConnection;
  readonly sql: pg.Client;
  readonly at: WalPosition;
}

/** What has arrived gets this long to reach the store when the run is ended, or the server has gone. */
const STOP_WITHIN_MS = 5_000;
const SAVE_WITHIN_MS = 30_000;

/**
 * Streams one timeline until the server ends it, or until the run's signal fires (undefined). However it ends, what
 * has arrived is stored and recorded before.
 * @throws what ended the stream
 */
export async function streamTimeline(options: TimelineOptions): Promise<TimelineEnd | undefined> {
  const { state, connection, sql, at } = options;
  const { run } = state;
  const stream = connection.startReplication({ ...at, slot: run.source.slot });
  const receiver = new TimelineReceiver({ ...state, stream, start: at });
  const ending = new AbortController();
  const stopped = Promise.withResolvers<undefined>();
  const stop = () => stopped.resolve(undefined);
  run.signal.addEventListener('abort', stop, { once: true });
  if (run.signal.aborted) stop();
  const received = receiver.receive();
  const beating = beat({ ...state, sql, receiver }, ending.signal);
  // Whichever comes second is of no interest.
  for (const each of [received, beating]) each.catch(() => undefined);
  try {
    const end = await Promise.race([received, beating, receiver.failed, stopped.promise]);
    ending.abort();
    await save(state, receiver, run.signal.aborted ? STOP_WITHIN_MS : SAVE_WITHIN_MS);
    return end ?? undefined;
  } catch (error) {
    ending.abort();
    if (!(error instanceof WalConflictError)) await rescue(state, receiver);
    throw error;
  } finally {
    run.signal.removeEventListener('abort', stop);
    receiver.abort(new Error('the stream has ended'));
    remember(state);
  }
}

async function save(state: StreamState, receiver: TimelineReceiver, within: number): Promise<void> {
  const late = new AbortController();
  const timer = setTimeout(() => {
    const reason = new Error(`the store did not take the last WAL within ${within / 1000} s`);
    late.abort(reason);
    receiver.abort(reason);
  }, within);
  try {
    await receiver.storeTail();
    await state.recorder.record({}, late.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** The server may never come back: what it has sent is stored even so. @throws WalConflictError */
async function rescue(state: StreamState, receiver: TimelineReceiver): Promise<void> {
  try {
    await save(state, receiver, SAVE_WITHIN_MS);
  } catch (error) {
    if (error instanceof WalConflictError) throw error;
    const message = 'what had arrived could not be stored; the server is asked for it again';
    state.run.report({ level: 'warning', message, details: { error: messageOf(error) } });
  }
}

function remember({ ends, ledger }: StreamState): void {
  const known = ends.get(ledger.timeline)?.whole;
  const whole = known !== undefined && known > ledger.whole ? known : ledger.whole;
  ends.set(ledger.timeline, { whole, durable: ledger.durable });
}
