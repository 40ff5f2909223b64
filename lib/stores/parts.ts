import { createHash, type Hash } from 'node:crypto';
import { chunkMoved } from './garbage.ts';
import { interruptible } from './interruptible.ts';

export const MIB = 1024 * 1024;

/** Buffers of one size that are used again instead of being collected. */
export class BufferPool {
  readonly size: number;
  readonly #free: Buffer[] = [];
  readonly #keep: number;

  /** @param keep free buffers that stay allocated between writes */
  constructor(size: number, keep: number) {
    this.size = size;
    this.#keep = keep;
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.size);
  }

  give(buffer: Buffer): void {
    if (this.#free.length < this.#keep) this.#free.push(buffer);
  }
}

/** A piece of an object while it is written. */
export interface Part {
  /** From 0. */
  readonly index: number;
  readonly offset: number;
  /** A view of `buffer`, which goes back to the pool when the part is stored. */
  readonly bytes: Buffer;
  readonly buffer: Buffer;
  readonly last: boolean;
  /** Of `bytes`, lower-case hex. */
  readonly sha256: string;
}

/**
 * Cuts a stream into parts of the pool's size; only the last one is smaller, and an empty stream is one empty part.
 * The whole and each part are hashed on the way, chunk by chunk while it is in the processor's cache. The body's chunks
 * are copied, so it may reuse them.
 */
export class PartReader {
  size = 0;
  readonly #hash: Hash = createHash('sha256');
  /** Of the part that is being filled; undefined for the first one, which so far is the whole. */
  #partHash: Hash | undefined;
  #digest: string | undefined;
  readonly #body: AsyncIterable<Uint8Array>;
  readonly #pool: BufferPool;
  readonly #signal: AbortSignal;

  constructor(body: AsyncIterable<Uint8Array>, pool: BufferPool, signal: AbortSignal) {
    this.#body = body;
    this.#pool = pool;
    this.#signal = signal;
  }

  async *parts(): AsyncGenerator<Part> {
    let index = 0;
    let buffer = this.#pool.take();
    let filled = 0;
    for await (const chunk of interruptible(this.#body, this.#signal)) {
      chunkMoved(chunk.byteLength);
      for (let from = 0; from < chunk.byteLength; ) {
        // Handed out only now: until more bytes came, a full buffer could be the last part.
        if (filled === buffer.byteLength) {
          yield this.#part(index++, buffer, filled, false);
          this.#partHash = createHash('sha256');
          buffer = this.#pool.take();
          filled = 0;
        }
        const piece = chunk.subarray(from, from + buffer.byteLength - filled);
        buffer.set(piece, filled);
        this.#hash.update(piece);
        this.#partHash?.update(piece);
        filled += piece.byteLength;
        from += piece.byteLength;
      }
    }
    yield this.#part(index, buffer, filled, true);
  }

  /** Lower-case hex, of everything; known as soon as the last part was handed out. */
  sha256(): string {
    this.#digest ??= this.#hash.digest('hex');
    return this.#digest;
  }

  #part(index: number, buffer: Buffer, filled: number, last: boolean): Part {
    const offset = this.size;
    this.size += filled;
    const sha256 = (this.#partHash ?? this.#hash.copy()).digest('hex');
    return { index, offset, bytes: buffer.subarray(0, filled), buffer, last, sha256 };
  }
}
