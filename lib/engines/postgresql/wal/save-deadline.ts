/**
 * How long what has arrived may wait for the store when a stream ends: once for everything that is still to be done,
 * not again for each step.
 */
export class SaveDeadline {
  readonly #late = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #giveUp: (reason: Error) => void;

  /** @param giveUp called when time is up, at most once */
  constructor(giveUp: (reason: Error) => void) {
    this.#giveUp = giveUp;
  }

  /** Fires when time is up. */
  get signal(): AbortSignal {
    return this.#late.signal;
  }

  /** Of several limits the one that ends first counts. */
  within(ms: number): void {
    this.#timers.push(setTimeout(() => this.#end(), ms));
  }

  /** Time is no longer limited. */
  clear(): void {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
  }

  #end(): void {
    this.clear();
    const reason = new Error('the store did not take the last WAL in time');
    this.#late.abort(reason);
    this.#giveUp(reason);
  }
}
