import { setTimeout as delay } from 'node:timers/promises';
import { MS_PER_DAY } from '../plan/values/duration.ts';
import { StoreUnavailableError } from '../stores/errors.ts';
import type { Archive, ArchiveState, ObjectStore, ThawOptions } from '../stores/store.ts';
import { ArchivedError, ThawPendingError } from './errors.ts';
import { forEach } from './small-objects.ts';

export interface Amount {
  readonly objects: number;
  /** Stored bytes. */
  readonly bytes: number;
}

/** What lies between a restore and the archived objects that it needs. */
export interface Thaw extends ThawOptions {
  /** The backup that is to be restored. */
  readonly backup: string;
  /** As the store calls them, such as `DEEP_ARCHIVE`. */
  readonly storageClasses: readonly string[];
  /** Asked for by this run. */
  readonly asked: Amount;
  /** Asked for before and not there yet. */
  readonly underWay: Amount;
  /** Can be read already. */
  readonly thawed: Amount;
}

/** What a restore does about archived objects. */
export interface ThawOrder extends ThawOptions {
  /** Goes on when everything can be read; else the run ends once everything is asked for. */
  readonly wait: boolean;
  /** Told before anything is asked for, because asking costs. */
  readonly announce: (thaw: Thaw) => void;
}

export interface ThawRun {
  readonly store: Pick<ObjectStore, 'archive'>;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  readonly report: (event: {
    readonly level: 'info' | 'warning';
    readonly message: string;
    readonly bytes?: number;
    readonly totalBytes?: number;
  }) => void;
}

/** A copy that is gone sooner could be gone before it was read, and is kept longer. */
const LEAST_LEFT_MS = MS_PER_DAY;

/** Soon at first, because an earlier request may be about to end; a thaw takes hours. */
const FIRST_LOOK_MS = 1_000;
const LONGEST_BETWEEN_MS = 5 * 60_000;

/**
 * Makes sure that archived objects can be read. Only what is still archived is asked for, so a run that was ended goes on
 * where it was.
 * @param keys in an archive, thawed or not
 * @param order absent where nothing may be asked for
 * @throws ArchivedError without an order, ThawPendingError where it says not to wait; StoreError
 */
export async function ensureThawed(
  run: ThawRun,
  backup: string,
  keys: readonly string[],
  order?: ThawOrder,
): Promise<void> {
  const { archive } = run.store;
  if (!archive || keys.length === 0) return;
  const states = await look(archive, keys);
  const pending = states.filter(({ state }) => state !== 'thawed');
  if (!order) {
    if (pending.length > 0) throw archivedError(backup, pending);
    return;
  }
  if (pending.length > 0) {
    order.announce(thawOf(backup, states, order));
    run.signal.throwIfAborted();
  }
  const soon = run.now().getTime() + LEAST_LEFT_MS;
  const asking = states.filter(
    ({ state, until }) => state === 'archived' || (until !== undefined && until.getTime() < soon),
  );
  await forEach(asking, ({ key }) => archive.thaw(key, order));
  if (pending.length === 0) return;
  if (!order.wait) throw new ThawPendingError(thawOf(backup, states, order));
  await untilThawed(run, archive, pending, order);
  // Others may have gone in the hours that the last ones took.
  await ensureThawed(run, backup, keys, order);
}

const archivedError = (backup: string, pending: readonly ArchiveState[]): ArchivedError =>
  new ArchivedError(
    `${backup} is archived and has to be thawed before it can be read (${pending.length === 1 ? '1 object' : `${pending.length} objects`}); \`tidemark restore\` requests that`,
  );

/** What was requested comes and is paid for, whether somebody waits for it or not. */
function stopWaiting({ signal, report }: ThawRun): never {
  const message = 'the thaw goes on by itself; run the same again when it has ended';
  report({ level: 'info', message });
  throw signal.reason;
}

/** A network that is away for a while does not end a wait of hours. */
async function untilThawed(
  run: ThawRun,
  archive: Archive,
  pending: readonly ArchiveState[],
  order: ThawOptions,
): Promise<void> {
  const totalBytes = amountOf(pending).bytes;
  let waiting = pending;
  for (let ms = FIRST_LOOK_MS; waiting.length > 0; ms = Math.min(2 * ms, LONGEST_BETWEEN_MS)) {
    const bytes = totalBytes - amountOf(waiting).bytes;
    run.report({ level: 'info', message: 'waiting for the thaw', bytes, totalBytes });
    await delay(ms, undefined, { signal: run.signal }).catch(() => stopWaiting(run));
    try {
      const states = await look(
        archive,
        waiting.map(({ key }) => key),
      );
      // A request that was lost, or a copy that has gone again while others were awaited.
      const lost = states.filter(({ state }) => state === 'archived');
      await forEach(lost, ({ key }) => archive.thaw(key, order));
      waiting = states.filter(({ state }) => state !== 'thawed');
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      run.report({ level: 'warning', message: `the thaw goes on, but ${error.message}` });
    }
  }
  run.report({
    level: 'info',
    message: 'waiting for the thaw',
    bytes: totalBytes,
    totalBytes,
  });
}

/** Objects that are read at once are left out. */
async function look(archive: Archive, keys: readonly string[]): Promise<ArchiveState[]> {
  const states = await forEach(keys, (key) => archive.stateOf(key));
  return states.filter((state) => state !== undefined);
}

function thawOf(backup: string, states: readonly ArchiveState[], order: ThawOptions): Thaw {
  const inState = (state: ArchiveState['state']): Amount =>
    amountOf(states.filter((found) => found.state === state));
  return {
    backup,
    storageClasses: [...new Set(states.map(({ storageClass }) => storageClass))].sort(),
    speed: order.speed,
    days: order.days,
    asked: inState('archived'),
    underWay: inState('thawing'),
    thawed: inState('thawed'),
  };
}

const amountOf = (objects: readonly Pick<ArchiveState, 'size'>[]): Amount => ({
  objects: objects.length,
  bytes: objects.reduce((sum, { size }) => sum + size, 0),
});
