import { setTimeout as delay } from 'node:timers/promises';
import { BufferPool } from './parts.ts';
import { Slots } from './slots.ts';
import type { PartsOptions } from './write-parts.ts';

/** Parts that are on their way, of all objects of a store together. */
const AT_ONCE = 4;
/** Writes that were ended get this long to give up their uploads when the store is closed. */
const CLOSE_WITHIN_MS = 1_000;

/** The writes of one store: what they share, and that closing the store waits for them. */
export class Uploads {
  readonly #pool: BufferPool;
  readonly #slots = new Slots(AT_ONCE);
  readonly #running = new Set<Promise<unknown>>();

  constructor(partBytes: number) {
    this.#pool = new BufferPool(partBytes, AT_ONCE + 1);
  }

  async run<T>(
    signal: AbortSignal | undefined,
    write: (options: PartsOptions) => Promise<T>,
  ): Promise<T> {
    const writing = write({ pool: this.#pool, slots: this.#slots, signal });
    this.#running.add(writing);
    return writing.finally(() => this.#running.delete(writing));
  }

  /** Waits about a second at most: the store may be away. */
  async settled(): Promise<void> {
    const settled = new AbortController();
    await Promise.race([
      Promise.allSettled(this.#running),
      delay(CLOSE_WITHIN_MS, undefined, settled),
    ]);
    settled.abort();
  }
}
