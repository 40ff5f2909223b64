/** Hands a stream out in pieces of at most `limit` bytes, one after the other, without holding more than a chunk. */
export class Slices {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #limit: number;
  #rest: Uint8Array | undefined;
  #ended = false;

  constructor(source: AsyncIterable<Uint8Array>, limit: number) {
    this.#source = source[Symbol.asyncIterator]();
    this.#limit = limit;
  }

  /** Whether there are bytes for a further slice. */
  async more(): Promise<boolean> {
    while (!this.#ended && (this.#rest === undefined || this.#rest.byteLength === 0)) {
      const next = await this.#source.next();
      if (next.done) this.#ended = true;
      else this.#rest = next.value;
    }
    return !this.#ended;
  }

  /** The next slice; it must be read to its end before the one after it is asked for. */
  async *next(): AsyncGenerator<Uint8Array> {
    let room = this.#limit;
    while (room > 0 && (await this.more()) && this.#rest) {
      const chunk = this.#rest.subarray(0, room);
      this.#rest = this.#rest.subarray(chunk.byteLength);
      room -= chunk.byteLength;
      yield chunk;
    }
  }
}
