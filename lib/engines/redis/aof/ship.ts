import { DamagedError, ForeignStoreError, NewerFormatError } from '../../../catalog/errors.ts';
import { lockedWrites } from '../../../catalog/locked-writes.ts';
import { claimStore } from '../../../catalog/reader.ts';
import { LockHeldError } from '../../../lock/errors.ts';
import { acquireLock } from '../../../lock/lock.ts';
import { messageOf } from '../../../message.ts';
import { parseRetentionClass } from '../../../plan/values/retention.ts';
import { roleOf } from '../../../plan/values/rows.ts';
import { StoreNotFoundError, StoreUrlError } from '../../../stores/errors.ts';
import { untilAborted } from '../../../stores/interruptible.ts';
import { Backoff } from '../../backoff.ts';
import { EngineInputError } from '../../input-error.ts';
import type { RedisRun } from '../run.ts';
import type { ServerPlace } from '../socket.ts';
import { AofConflictError, NotPrimaryError } from './errors.ts';
import { AofLedger } from './ledger.ts';
import { AofRecorder } from './recorder.ts';
import { AofSession } from './session.ts';
import type { AofProgress, ShippingState } from './state.ts';
import { ServerWatcher } from './watcher.ts';

export interface AofOptions {
  /** Where the server's commands go; the server whose files are shipped, and no other. */
  readonly server: ServerPlace;
  /** Redis' appenddirname below its data directory, as it is mounted here. */
  readonly directory: string;
  /** Seconds between two stores of what was written. @default the plan's `flush` */
  readonly flushSeconds?: number;
  /** Seconds between two run records. @default 60, or `flushSeconds` if that is more */
  readonly heartbeatSeconds?: number;
  /** Seconds after which a base is stored once more. @default the longest gap between two snapshots of the plan */
  readonly rebaseSeconds?: number;
  /** Seconds for which files that Redis removed are held although they take too much of its space. @default 60, or twice `flushSeconds` if that is more */
  readonly heldSeconds?: number;
  /** Called every `flushSeconds` with what has become known. */
  readonly onProgress?: (progress: AofProgress) => unknown;
}

const HEARTBEAT_SECONDS = 60;
const HELD_SECONDS = 60;
/** What has worked for so long failed for a new reason. */
const LASTED_MS = 10_000;

/** Trying again would end the same way. */
const FINAL = [
  AofConflictError,
  DamagedError,
  EngineInputError,
  ForeignStoreError,
  NewerFormatError,
  StoreNotFoundError,
  StoreUrlError,
];

/**
 * Ships the append-only files into the store until the run's signal fires. Goes on after every failure of the server or
 * the store that may pass, without a gap and without a duplicate. While another one ships this source, or the server is
 * a replica, it waits.
 * @throws what trying again would not change
 */
export async function shipAof(run: RedisRun, options: AofOptions): Promise<void> {
  const state = stateOf(run, options);
  const backoff = new Backoff();
  while (!run.signal.aborted) {
    const began = performance.now();
    try {
      await shipLocked(state);
    } catch (error) {
      if (run.signal.aborted) return;
      if (FINAL.some((final) => error instanceof final)) throw error;
      const message = messageOf(error);
      const waiting = error instanceof NotPrimaryError || error instanceof LockHeldError;
      run.report({ level: waiting ? 'info' : 'warning', message });
    }
    if (performance.now() - began > LASTED_MS) backoff.succeeded();
    await backoff.wait(run.signal).catch(() => undefined);
  }
}

async function shipLocked(state: ShippingState): Promise<void> {
  const { run } = state;
  const { store, compiled, source } = run;
  const { plan, environment } = compiled;
  await untilAborted(claimStore(store, plan, environment), run.signal);
  const lock = await acquireLock({
    store,
    plan,
    environment,
    source: source.name,
    activity: 'wal',
  });
  try {
    const signal = AbortSignal.any([run.signal, lock.signal]);
    await AofSession.run({ ...state, run: { ...run, signal } });
    if (!run.signal.aborted) lock.signal.throwIfAborted();
  } finally {
    state.server.close();
    await lock.release();
  }
}

function stateOf(plain: RedisRun, options: AofOptions): ShippingState {
  const run = { ...plain, store: lockedWrites(plain.store, plain.compiled, plain.now) };
  const { protections, name } = run.source;
  const row = protections.find(({ kind }) => kind === 'aof');
  const className = row?.tiers[0]?.class;
  if (className === undefined) {
    throw new EngineInputError(
      `the plan does not keep the append-only file of ${name}; add aof({ flush: '30s' }) to sources.${name}.protect`,
    );
  }
  const flush = options.flushSeconds ?? row?.flushSeconds ?? HEARTBEAT_SECONDS;
  const heartbeat = options.heartbeatSeconds ?? Math.max(HEARTBEAT_SECONDS, flush);
  const ledger = new AofLedger(run);
  return {
    run,
    directory: options.directory,
    class: className,
    server: new ServerWatcher(options.server, run.report),
    ledger,
    recorder: new AofRecorder(run, ledger, heartbeat * 1000),
    flushMs: flush * 1000,
    rebaseMs: (options.rebaseSeconds ?? rebaseSeconds(run, className)) * 1000,
    heldMs: (options.heldSeconds ?? Math.max(HELD_SECONDS, 2 * flush)) * 1000,
    onProgress: options.onProgress,
  };
}

/** The plan's promise of how far back every moment reaches counts with bases as far apart as its snapshots. */
function rebaseSeconds({ source }: RedisRun, className: string): number {
  const gaps = source.protections
    .filter(({ kind }) => roleOf(kind) === 'point')
    .map(({ longestGapSeconds }) => longestGapSeconds);
  const { days } = parseRetentionClass(className);
  const half = days === null ? Number.POSITIVE_INFINITY : (days * 86_400) / 2;
  return Math.min(half, ...gaps);
}
