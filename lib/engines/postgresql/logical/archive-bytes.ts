/**
 * Bytes that arrive in pieces, for a reader that is written as if all were there: its generator yields where it needs
 * more, and is resumed by the next piece.
 */
export class ArchiveBytes {
  #chunk: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** The next piece. What the one before held has been read. */
  give(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#at = 0;
  }

  /** What was given and has not been read. */
  rest(): Uint8Array {
    return this.#chunk.subarray(this.#at);
  }

  *byte(): Generator<undefined, number, void> {
    while (this.#at === this.#chunk.length) yield;
    return this.#chunk[this.#at++] ?? 0;
  }

  *skip(count: number): Generator<undefined, void, void> {
    let left = count;
    while (left > 0) {
      const step = Math.min(left, this.#chunk.length - this.#at);
      this.#at += step;
      left -= step;
      if (left > 0) yield;
    }
  }

  /** A copy. */
  *take(count: number): Generator<undefined, Buffer, void> {
    const taken = Buffer.alloc(count);
    let size = 0;
    while (size < count) {
      const step = Math.min(count - size, this.#chunk.length - this.#at);
      taken.set(this.#chunk.subarray(this.#at, this.#at + step), size);
      this.#at += step;
      size += step;
      if (size < count) yield;
    }
    return taken;
  }
}
