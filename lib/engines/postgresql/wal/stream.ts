import { lockedWrites } from '../../../catalog/locked-writes.ts';
import { claimStore } from '../../../catalog/reader.ts';
import { acquireLock } from '../../../lock/lock.ts';
import { messageOf } from '../../../message.ts';
import { untilAborted } from '../../../stores/interruptible.ts';
import { Backoff } from '../../backoff.ts';
import type { ServerAddress } from '../connection.ts';
import { preflight } from '../preflight.ts';
import type { PostgresqlRun } from '../run.ts';
import { WalArchive } from './archive.ts';
import { isFinal } from './failures.ts';
import type { WalProgress } from './heartbeat.ts';
import { WalLedger } from './ledger.ts';
import { WalRecorder } from './recorder.ts';
import { WalSession } from './session.ts';
import { storedEnds } from './stored-ends.ts';
import type { StreamState, WalGap } from './stream-state.ts';
import { type WalRow, walRow } from './wal-row.ts';

export interface StreamOptions {
  readonly address: ServerAddress;
  /** System identifier of another cluster that deliberately takes the place of the one in the store. */
  readonly acceptSystemId?: string;
  /** Seconds between two stores of the unfinished segment. @default the plan's `flush` */
  readonly flushSeconds?: number;
  /** Seconds between two range records. @default 60, or `flushSeconds` if that is less */
  readonly heartbeatSeconds?: number;
  /** Called every `flushSeconds` with what has become known. */
  readonly onProgress?: (progress: WalProgress) => unknown;
  /** WAL was lost: the caller may start a base backup. The stream goes on when the promise is fulfilled. */
  readonly onGap?: (gap: WalGap) => unknown;
}

const HEARTBEAT_SECONDS = 60;

/**
 * Streams WAL into the store until the run's signal fires. Goes on after every failure of the network, the server or
 * the store that may pass, without a gap and without a duplicate.
 * @throws what trying again would not change: PreflightError, LockHeldError, ServerConnectError of a refusal,
 *   StoreAccessError at the start, WalConflictError, WalRefusedError
 */
export async function streamWal(run: PostgresqlRun, options: StreamOptions): Promise<void> {
  const { store, compiled, source } = run;
  const { plan, environment } = compiled;
  const row = walRow(run);
  await persist(run, () => untilAborted(claimStore(store, plan, environment), run.signal));
  if (run.signal.aborted) return;
  const request = { store, plan, environment, source: source.name, activity: 'wal' } as const;
  const lock = await acquireLock(request);
  try {
    const signal = AbortSignal.any([run.signal, lock.signal]);
    await streamLocked({ ...run, signal }, options, row);
  } finally {
    await lock.release();
  }
  if (!run.signal.aborted) lock.signal.throwIfAborted();
}

async function streamLocked(run: PostgresqlRun, options: StreamOptions, row: WalRow) {
  let state: StreamState | undefined;
  try {
    await persist(run, async () => {
      // Until something streams there is nothing to save: the end does not wait for a store that is away.
      state ??= await untilAborted(open(run, options, row), run.signal);
      await new WalSession(state).run();
    });
  } catch (error) {
    // A stream that was told to end has tried to save and record already: asking the store again would only delay it.
    if (!run.signal.aborted) {
      // The store may be what failed: then there is no record, and the error tells.
      await state?.recorder
        .record({ error: messageOf(error) }, AbortSignal.timeout(5_000))
        .catch(() => undefined);
    }
    throw error;
  }
}

async function open(run: PostgresqlRun, options: StreamOptions, row: WalRow): Promise<StreamState> {
  const { systemId, walSegmentSize } = await preflight(run, options);
  const flushSeconds = options.flushSeconds ?? row.flushSeconds ?? HEARTBEAT_SECONDS;
  const heartbeat = options.heartbeatSeconds ?? Math.min(HEARTBEAT_SECONDS, flushSeconds);
  const ledger = new WalLedger(run, systemId);
  const place = { class: row.class, source: run.source.name, systemId };
  return {
    run,
    address: options.address,
    systemId,
    segmentSize: walSegmentSize,
    flushMs: flushSeconds * 1000,
    archive: new WalArchive(
      { ...run, store: lockedWrites(run.store, run.compiled, run.now) },
      place,
    ),
    ledger,
    recorder: new WalRecorder(run, ledger, heartbeat * 1000),
    ends: await storedEnds(run.store, run.source.name, systemId, walSegmentSize),
    onProgress: options.onProgress,
    onGap: options.onGap,
    missing: undefined,
  };
}

/** Tries until it is done or the signal fires. @throws what trying again would not change */
async function persist(run: PostgresqlRun, action: () => Promise<void>): Promise<void> {
  const backoff = new Backoff();
  while (!run.signal.aborted) {
    const began = performance.now();
    try {
      await action();
      return;
    } catch (error) {
      if (run.signal.aborted) return;
      if (isFinal(error)) throw error;
      const message = 'the WAL stream was interrupted; it is tried again';
      run.report({ level: 'warning', message, details: { error: messageOf(error) } });
    }
    if (performance.now() - began > LASTED_MS) backoff.succeeded();
    await backoff.wait(run.signal).catch(() => undefined);
  }
}

/** What has worked for so long failed for a new reason. */
const LASTED_MS = 10_000;
