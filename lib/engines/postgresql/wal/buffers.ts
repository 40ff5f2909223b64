/** A fixed number of buffers: whoever needs one more waits until one comes back. */
export class Buffers {
  readonly #free: Buffer[];
  readonly #waiting: PromiseWithResolvers<Buffer>[] = [];
  #closed: { readonly reason: unknown } | undefined;

  constructor(count: number, bytes: number) {
    this.#free = Array.from({ length: count }, () => Buffer.allocUnsafeSlow(bytes));
  }

  take(): Promise<Buffer> {
    if (this.#closed) return Promise.reject(this.#closed.reason);
    const buffer = this.#free.pop();
    if (buffer) return Promise.resolve(buffer);
    const waiting = Promise.withResolvers<Buffer>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  give(buffer: Buffer): void {
    const waiting = this.#waiting.shift();
    if (waiting) waiting.resolve(buffer);
    else this.#free.push(buffer);
  }

  /** Whoever waits, now or later, gets the reason. */
  close(reason: unknown): void {
    this.#closed = { reason };
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }
}
