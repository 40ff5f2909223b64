import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../../message.ts';
import { NotPrimaryError } from './errors.ts';
import { LogFollower } from './follower.ts';
import { Generations } from './generations.ts';
import { GrowthCheck, sizeOf } from './growth-check.ts';
import type { ServerView } from './server.ts';
import type { ShippingState } from './state.ts';

/** For what has not been stored when it is to end. */
const LAST_MS = 20_000;

/** The files as they were opened once, shipped until they change in a way that cannot be followed. */
export class AofSession {
  readonly #state: ShippingState;
  readonly #cut = new AbortController();
  readonly #growth: GrowthCheck;
  /** Ends the wait for the next turn. */
  #wake = Promise.withResolvers<void>();
  #generations: Generations | undefined;

  private constructor(state: ShippingState) {
    this.#state = state;
    this.#growth = new GrowthCheck(state);
  }

  /** Returns when the run's signal has fired and the rest is stored. @throws what ended it */
  static async run(state: ShippingState): Promise<void> {
    const session = new AofSession(state);
    const follower = await LogFollower.open(state.directory, state.heldMs, session.#following);
    try {
      await session.#begin(follower);
      await session.#both(follower);
    } catch (error) {
      const reason = messageOf(error);
      const { run, recorder } = state;
      if (!run.signal.aborted) {
        await recorder.recordFailure(session.#generations?.shipment, reason);
      }
      throw error;
    } finally {
      await session.#generations?.cancelRenewal();
      await follower.log.close();
    }
  }

  readonly #following = {
    onChange: () => this.#wake.resolve(),
    giveUp: async () => {
      const given = await this.#generations?.cancelRenewal();
      await this.#generations?.release();
      return given ?? false;
    },
  };

  async #begin(follower: LogFollower): Promise<void> {
    this.#generations = await Generations.begin(this.#state, follower.log, this.#state.run.signal);
  }

  async #both(follower: LogFollower): Promise<void> {
    const { signal } = this.#state.run;
    signal.addEventListener('abort', this.#limitTheRest, { once: true });
    const watching = follower.watch(AbortSignal.any([signal, this.#cut.signal]));
    const shipping = this.#ship(follower);
    // What was followed to its end is still to be stored.
    const watched = watching.then(() => {
      if (follower.changed) this.#limitTheRest();
      return shipping;
    });
    try {
      await Promise.race([shipping, watched]);
    } finally {
      signal.removeEventListener('abort', this.#limitTheRest);
      this.#cut.abort(new Error('the session has ended'));
      await Promise.allSettled([watched, shipping]);
    }
  }

  readonly #limitTheRest = (): void => {
    const late = new Error('the store did not take the rest in time');
    setTimeout(() => this.#cut.abort(late), LAST_MS).unref();
  };

  async #ship(follower: LogFollower): Promise<void> {
    const { run, flushMs } = this.#state;
    for (let last = false; !last; ) {
      const began = performance.now();
      last = run.signal.aborted;
      this.#wake = Promise.withResolvers();
      await this.#turn(follower, last);
      if (follower.changed) throw follower.changed;
      const rest = Math.max(0, flushMs - (performance.now() - began));
      const waiting = AbortSignal.any([run.signal, this.#cut.signal]);
      const waited = delay(rest, undefined, { signal: waiting }).catch(() => undefined);
      await Promise.race([waited, this.#wake.promise]);
      this.#cut.signal.throwIfAborted();
    }
  }

  /** Asks the server what there is, stores it, and writes down what that proves. */
  async #turn(follower: LogFollower, last: boolean): Promise<void> {
    const { run, server, ledger, recorder, onProgress } = this.#state;
    const { signal } = this.#cut;
    const generations = this.#generations;
    if (!generations) throw new Error('nothing is being shipped');
    const shipment = await generations.renew();
    const before = await sizeOf(follower.log);
    const view = await server.ask(run.now, signal);
    if (view && !view.primary) throw new NotPrimaryError();
    await follower.refresh();
    const clock = () => server.clock(run.now);
    await shipment.advance(follower.log, clock, signal);
    if (view && (await this.#growth.passes(before, view, follower.log)) && view.complete) {
      ledger.proven(shipment, view.at, await this.#countsAt(view));
    }
    await generations.release();
    const now = last || follower.changed !== undefined;
    await recorder.recordIfDue(shipment, { now, problem: view?.problem }, signal);
    const { serverTime } = ledger;
    await onProgress?.({
      durable: `${shipment.place.id}/${shipment.at.position}`,
      serverTime: serverTime ?? null,
      rpoSeconds: serverTime ? (clock().getTime() - serverTime.getTime()) / 1000 : null,
    });
  }

  /** Keys of exactly what is stored; undefined where more was written meanwhile. */
  async #countsAt(view: ServerView): Promise<ReadonlyMap<string, number> | undefined> {
    if (view.bufferedBytes > 0) return undefined;
    const { run, server } = this.#state;
    const after = await server.ask(run.now, this.#cut.signal);
    const quiet = after?.fileBytes === view.fileBytes && after.bufferedBytes === 0;
    return quiet ? view.counts : undefined;
  }
}
