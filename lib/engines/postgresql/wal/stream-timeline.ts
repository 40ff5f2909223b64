import type pg from 'pg';
import { messageOf } from '../../../message.ts';
import { slotName } from '../plan.ts';
import type { ReplicationConnection } from '../replication.ts';
import type { TimelineEnd } from '../wal-stream.ts';
import { WalConflictError } from './errors.ts';
import { beat } from './heartbeat.ts';
import type { WalPosition } from './resume.ts';
import { SaveDeadline } from './save-deadline.ts';
import type { StreamState } from './stream-state.ts';
import { TimelineReceiver } from './timeline-receiver.ts';

interface TimelineOptions {
  readonly state: StreamState;
  readonly connection: ReplicationConnection;
  readonly sql: pg.Client;
  readonly at: WalPosition;
}

/** What has arrived gets this long to reach the store when the run is ended, or the server has gone. */
const STOP_WITHIN_MS = 4_000;
const SAVE_WITHIN_MS = 30_000;

/**
 * Streams one timeline until the server ends it, or until the run's signal fires (undefined). However it ends, what
 * has arrived is stored and recorded before.
 * @throws what ended the stream
 */
export async function streamTimeline(options: TimelineOptions): Promise<TimelineEnd | undefined> {
  const { state, connection, sql, at } = options;
  const { run } = state;
  const stream = connection.startReplication({ ...at, slot: slotName(run.source.name) });
  const receiver = new TimelineReceiver({ ...state, stream, start: at });
  const ending = new AbortController();
  const stopped = Promise.withResolvers<undefined>();
  const deadline = new SaveDeadline((reason) => receiver.abort(reason));
  const stop = () => {
    deadline.within(STOP_WITHIN_MS);
    stopped.resolve(undefined);
  };
  run.signal.addEventListener('abort', stop, { once: true });
  if (run.signal.aborted) stop();
  const received = receiver.receive();
  const beating = beat({ ...state, sql, receiver }, ending.signal);
  // Whichever comes second is of no interest.
  for (const each of [received, beating]) each.catch(() => undefined);
  try {
    const end = await Promise.race([received, beating, receiver.failed, stopped.promise]);
    ending.abort();
    deadline.within(SAVE_WITHIN_MS);
    // Only what is stored may be left behind for the next timeline; a stop does not wait for a store that is away.
    if (end) await save(state, receiver, deadline);
    else await rescue(state, receiver, deadline);
    return end ?? undefined;
  } catch (error) {
    ending.abort();
    deadline.within(SAVE_WITHIN_MS);
    if (!(error instanceof WalConflictError)) await rescue(state, receiver, deadline);
    throw error;
  } finally {
    run.signal.removeEventListener('abort', stop);
    deadline.clear();
    receiver.abort(new Error('the stream has ended'));
    remember(state);
  }
}

async function save(
  { recorder }: StreamState,
  receiver: TimelineReceiver,
  { signal }: SaveDeadline,
): Promise<void> {
  await receiver.storeTail();
  await recorder.record({}, signal);
}

/** The server may never come back: what it has sent is stored even so. @throws WalConflictError */
async function rescue(
  state: StreamState,
  receiver: TimelineReceiver,
  deadline: SaveDeadline,
): Promise<void> {
  try {
    await save(state, receiver, deadline);
  } catch (error) {
    if (error instanceof WalConflictError) throw error;
    const message =
      'not everything that had arrived could be stored; the server keeps it in the slot';
    state.run.report({ level: 'warning', message, details: { error: messageOf(error) } });
  }
}

function remember({ ends, ledger }: StreamState): void {
  const known = ends.get(ledger.timeline)?.whole;
  const whole = known !== undefined && known > ledger.whole ? known : ledger.whole;
  ends.set(ledger.timeline, { whole, since: whole, durable: ledger.durable });
}
