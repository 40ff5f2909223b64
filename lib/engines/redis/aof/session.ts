import { setTimeout as delay } from 'node:timers/promises';
import { beganAt, generationId, type StoredGeneration } from '../../../catalog/aof.ts';
import type { RedisRun } from '../run.ts';
import { AofArchive } from './archive.ts';
import { AofChangedError, NotPrimaryError } from './errors.ts';
import type { AofLedger } from './ledger.ts';
import { LocalLog } from './local-log.ts';
import type { AofProgress } from './progress.ts';
import type { AofRecorder } from './recorder.ts';
import { Renewal } from './renewal.ts';
import { newestGeneration, resumeAt } from './resume.ts';
import type { ServerView } from './server.ts';
import { Shipment } from './shipment.ts';
import type { ServerWatcher } from './watcher.ts';

/** What lives longer than one opening of the files. */
export interface ShippingState {
  readonly run: RedisRun;
  readonly directory: string;
  readonly class: string;
  readonly server: ServerWatcher;
  readonly ledger: AofLedger;
  readonly recorder: AofRecorder;
  readonly flushMs: number;
  /** A base that is older is stored once more, so that it is never the first to expire. */
  readonly rebaseMs: number;
  /** How long files that the server removed may take more of its space than it can be asked for. */
  readonly heldMs: number;
  readonly onProgress: ((progress: AofProgress) => unknown) | undefined;
}

/** A rewrite must be seen while it goes on: only then is it known that the log went on through it. */
const WATCH_MS = 250;
/** For what has not been stored when it is to end. */
const LAST_MS = 20_000;
/** Space that may always be held back from Redis. */
const HELD_BYTES = 64 * 1024 * 1024;

/** The files as they were opened once, followed until they change in a way that cannot be followed. */
export class AofSession {
  readonly #state: ShippingState;
  readonly #log: LocalLog;
  readonly #cut = new AbortController();
  #shipment: Shipment | undefined;
  #renewal: Renewal | undefined;
  /** Why the files cannot be followed any further. */
  #changed: AofChangedError | undefined;
  /** What the server said that it had written, and what there was, the last time. */
  #growth: { sequence: number; fileBytes: number; ownBytes: number } | undefined;
  /** Since when they take too much. */
  #heldSince: number | undefined;
  /** Ends the wait for the next turn. */
  #wake = Promise.withResolvers<void>();

  private constructor(state: ShippingState, log: LocalLog) {
    this.#state = state;
    this.#log = log;
  }

  /** Returns when the run's signal has fired and the rest is stored. @throws what ended it */
  static async run(state: ShippingState): Promise<void> {
    const session = new AofSession(state, await LocalLog.open(state.directory));
    try {
      await session.#begin();
      await session.#both();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!state.run.signal.aborted) await state.recorder.recordFailure(session.#shipment, reason);
      throw error;
    } finally {
      await session.#close();
    }
  }

  get #clock(): () => Date {
    const { server, run } = this.#state;
    return () => server.clock(run.now);
  }

  /** Goes on where the store ends, or with everything that is there now. */
  async #begin(): Promise<void> {
    const { run, server } = this.#state;
    const signal = AbortSignal.any([run.signal, this.#cut.signal]);
    const view = await server.ask(run.now, signal);
    if (view && !view.primary) throw new NotPrimaryError();
    const stored = await newestGeneration(run.store, run.source.name);
    const at = stored?.class === this.#state.class && (await resumeAt(this.#log, stored, signal));
    if (stored && at) {
      this.#shipment = new Shipment(this.#archive(stored.id), stored.base, at);
      return;
    }
    if (!view)
      throw new NotPrimaryError('it does not answer, and its files are not those that are stored');
    this.#shipment = await this.#newShipment(signal);
    this.#noteGap(stored, this.#shipment);
  }

  async #both(): Promise<void> {
    const { signal } = this.#state.run;
    signal.addEventListener('abort', this.#limitTheRest, { once: true });
    const watching = this.#watch();
    const shipping = this.#ship();
    try {
      await Promise.race([shipping, watching.then(() => shipping)]);
    } finally {
      signal.removeEventListener('abort', this.#limitTheRest);
      this.#cut.abort(new Error('the session has ended'));
      await Promise.allSettled([watching, shipping]);
    }
  }

  readonly #limitTheRest = (): void => {
    const late = new Error('the store did not take the rest in time');
    setTimeout(() => this.#cut.abort(late), LAST_MS).unref();
  };

  /** Returns when the run's signal fires, or when the files cannot be followed any further. */
  async #watch(): Promise<void> {
    const { run } = this.#state;
    const either = AbortSignal.any([run.signal, this.#cut.signal]);
    while (!either.aborted && !this.#changed) {
      const { sequence } = this.#log.base;
      await this.#refresh();
      await this.#giveBack();
      // Redis has removed files that are held as long as they are not stored.
      if (this.#changed || this.#log.base.sequence !== sequence) this.#wake.resolve();
      await delay(WATCH_MS, undefined, { signal: either }).catch(() => undefined);
    }
  }

  /** What has been followed so far is stored before the session ends. */
  async #refresh(): Promise<void> {
    if (this.#changed) return;
    try {
      await this.#log.refresh();
    } catch (error) {
      if (!(error instanceof AofChangedError)) throw error;
      this.#changed = error;
      this.#limitTheRest();
    }
  }

  /** Files that Redis removed take its space for as long as they are read: for long never more than twice what its own take. */
  async #giveBack(): Promise<void> {
    const limit = Math.max(HELD_BYTES, 2 * (await this.#log.currentBytes()));
    if ((await this.#log.heldBytes()) <= limit) {
      this.#heldSince = undefined;
      return;
    }
    this.#heldSince ??= performance.now();
    if (performance.now() - this.#heldSince < this.#state.heldMs) return;
    if (this.#renewal) {
      await this.#renewal.cancel();
      this.#renewal = undefined;
      await this.#release();
      if ((await this.#log.heldBytes()) <= limit) return;
    }
    throw new AofChangedError(
      'Redis rewrote its files faster than the store takes them, and they are given up so that its disk does not fill',
    );
  }

  async #ship(): Promise<void> {
    const { run, flushMs } = this.#state;
    for (let last = false; !last; ) {
      const began = performance.now();
      last = run.signal.aborted;
      this.#wake = Promise.withResolvers();
      await this.#turn(last);
      if (this.#changed) throw this.#changed;
      const rest = Math.max(0, flushMs - (performance.now() - began));
      const waiting = AbortSignal.any([run.signal, this.#cut.signal]);
      const woken = delay(rest, undefined, { signal: waiting }).catch(() => undefined);
      await Promise.race([woken, this.#wake.promise]);
      this.#cut.signal.throwIfAborted();
    }
  }

  async #turn(last: boolean): Promise<void> {
    const { run, server, ledger, recorder } = this.#state;
    const { signal } = this.#cut;
    const shipment = await this.#current();
    const view = await server.ask(run.now, signal);
    if (view && !view.primary) throw new NotPrimaryError();
    await this.#refresh();
    await shipment.advance(this.#log, this.#clock, signal);
    if (view) await this.#prove(shipment, view);
    await this.#release();
    await recorder.recordIfDue(
      shipment,
      { now: last || this.#changed !== undefined, problem: view?.problem },
      signal,
    );
    await this.#state.onProgress?.({
      durable: `${shipment.place.id}/${shipment.at.position}`,
      serverTime: ledger.serverTime ?? null,
      rpoSeconds: ledger.serverTime
        ? (this.#clock().getTime() - ledger.serverTime.getTime()) / 1000
        : null,
    });
  }

  async #prove(shipment: Shipment, view: ServerView): Promise<void> {
    const { run, server, ledger } = this.#state;
    if (!view.complete || !(await this.#isGrowing(view))) return;
    const after = await server.ask(run.now, this.#cut.signal);
    const quiet =
      after?.fileBytes === view.fileBytes && view.bufferedBytes + after.bufferedBytes === 0;
    ledger.proven(shipment, view.at, quiet ? view.counts : undefined);
  }

  /** Where the server writes and these files do not grow, they are another server's. */
  async #isGrowing({ fileBytes }: ServerView): Promise<boolean> {
    const before = this.#growth;
    const sequence = this.#log.base.sequence;
    const ownBytes = await this.#log.currentBytes();
    this.#growth = { sequence, fileBytes, ownBytes };
    if (before?.sequence !== sequence) return true;
    if (fileBytes <= before.fileBytes || ownBytes > before.ownBytes) return true;
    const { run, directory } = this.#state;
    const message = `Redis writes to its append-only file, and nothing arrives in ${directory}: is it the volume of another server?`;
    run.report({ level: 'warning', message });
    return false;
  }

  /** The generation that is shipped: a new one as soon as it is as far as the old one. */
  async #current(): Promise<Shipment> {
    const shipment = this.#shipment;
    if (!shipment) throw new Error('nothing is being shipped');
    const next = await this.#renewal?.finished();
    if (this.#renewal && next !== 'pending') {
      this.#renewal = undefined;
      if (next) this.#shipment = next;
      return next ?? shipment;
    }
    if (!this.#renewal && !this.#changed && this.#isOutdated(shipment)) {
      this.#renewal = new Renewal(this.#log.base.sequence, (signal) => this.#newShipment(signal));
    }
    return shipment;
  }

  #isOutdated({ base, place }: Shipment): boolean {
    const age = this.#state.run.now().getTime() - beganAt(place.id).getTime();
    return this.#log.base.sequence !== base.sequence || age > this.#state.rebaseMs;
  }

  /** The base, and the log behind it up to now. */
  async #newShipment(signal: AbortSignal): Promise<Shipment> {
    const { sequence } = this.#log.base;
    const file = await this.#log.openBase();
    try {
      const archive = this.#archive(generationId(this.#state.run.now()));
      const base = await archive.base(file, sequence, this.#clock(), signal);
      const shipment = new Shipment(archive, base);
      await shipment.advance(this.#log, this.#clock, signal);
      return shipment;
    } finally {
      await file?.close();
    }
  }

  #archive(id: string): AofArchive {
    const { run, class: name } = this.#state;
    return new AofArchive(run, { class: name, source: run.source.name, id });
  }

  #release(): Promise<void> {
    const sequence = this.#shipment?.at.sequence ?? 0;
    return this.#log.release(Math.min(sequence, this.#renewal?.sequence ?? sequence));
  }

  #noteGap(before: StoredGeneration | undefined, shipment: Shipment): void {
    if (!before) return;
    const { ledger, run } = this.#state;
    const times = [before.base.writtenAt, ...before.pieces.map(({ asOf }) => asOf)].map(Number);
    const from = new Date(Math.max(...times, Number(ledger.serverTime ?? 0)));
    const to = shipment.base.writtenAt;
    if (from >= to) return;
    const reason = 'the files on disk do not continue what is stored';
    ledger.lost({ from: from.toISOString(), to: to.toISOString(), reason });
    run.report({
      level: 'warning',
      message: `no moment between ${from.toISOString()} and ${to.toISOString()} can be restored: ${reason}; from now on everything is stored again`,
    });
  }

  async #close(): Promise<void> {
    await this.#renewal?.cancel();
    await this.#log.close();
  }
}
