import { untilAborted } from './interruptible.ts';

/** Limits how many things happen at once; those that wait are served in order. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Resolves when there is a free slot, which the caller then holds until `release`. */
  async acquire(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    const turn = Promise.withResolvers<void>();
    this.#waiting.push(turn.resolve);
    await untilAborted(turn.promise, signal).catch((error) => {
      const place = this.#waiting.indexOf(turn.resolve);
      if (place < 0) this.release();
      else this.#waiting.splice(place, 1);
      throw error;
    });
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free++;
  }
}
