/** What can be told to stop reading, such as a socket. */
export interface Pausable {
  pause(): unknown;
  resume(): unknown;
}

interface Entry<T> {
  readonly item: T;
  readonly bytes: number;
}

/** Reading stops above this many bytes that nobody has taken yet, and goes on below the half. */
const HIGH_WATER_BYTES = 4 * 1024 * 1024;

/**
 * Hands what a socket delivers to one consumer, and stops the socket while the consumer is busy: memory is
 * bounded by the high-water mark and what one read of the socket brings.
 */
export class ReceiveQueue<T> implements AsyncIterableIterator<T, undefined> {
  #entries: Entry<T>[] = [];
  #bytes = 0;
  #source: Pausable | undefined;
  #paused = false;
  #end: { readonly error?: unknown } | undefined;
  #waiting: PromiseWithResolvers<IteratorResult<T, undefined>> | undefined;
  readonly #abandon: () => void;

  /** @param abandon called when the consumer leaves before the end */
  constructor(abandon: () => void) {
    this.#abandon = abandon;
  }

  /** Set once the command runs: what is paused from then on. */
  set source(source: Pausable) {
    this.#source = source;
  }

  push(item: T, bytes: number): void {
    if (this.#end) return;
    if (this.#waiting) {
      this.#waiting.resolve({ value: item, done: false });
      this.#waiting = undefined;
      return;
    }
    this.#entries.push({ item, bytes });
    this.#bytes += bytes;
    if (!this.#paused && this.#bytes > HIGH_WATER_BYTES) {
      this.#paused = true;
      this.#source?.pause();
    }
  }

  /** What was pushed before is still delivered, then the iteration ends. */
  end(): void {
    this.#end ??= {};
    this.#waiting?.resolve({ value: undefined, done: true });
    this.#waiting = undefined;
  }

  /** What was pushed before is dropped: the consumer hears of the failure at once. */
  fail(error: unknown): void {
    this.#end ??= { error };
    this.#entries = [];
    if (!this.#waiting) return;
    this.#waiting.reject(error);
    this.#waiting = undefined;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const entry = this.#entries.shift();
    if (entry) {
      this.#bytes -= entry.bytes;
      if (this.#paused && this.#bytes < HIGH_WATER_BYTES / 2) {
        this.#paused = false;
        this.#source?.resume();
      }
      return Promise.resolve({ value: entry.item, done: false });
    }
    if (this.#end) {
      return 'error' in this.#end
        ? Promise.reject(this.#end.error)
        : Promise.resolve({ value: undefined, done: true });
    }
    this.#waiting = Promise.withResolvers();
    return this.#waiting.promise;
  }

  return(): Promise<IteratorResult<T, undefined>> {
    if (!this.#end) {
      this.end();
      this.#abandon();
    }
    this.#entries = [];
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
