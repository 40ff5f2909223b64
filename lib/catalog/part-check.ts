import { createHash } from 'node:crypto';
import type { PartDigest } from '../stores/store.ts';

/** Compares an object that is read from its beginning with the digests of its parts. */
export class PartCheck {
  readonly #parts: readonly PartDigest[];
  #index = 0;
  #filled = 0;
  #hash = createHash('sha256');
  /** Numbers of the parts that differ, from 0. */
  readonly altered: number[] = [];

  constructor(parts: readonly PartDigest[]) {
    this.#parts = parts;
  }

  update(chunk: Uint8Array): void {
    let rest = chunk;
    while (rest.byteLength > 0) {
      const part = this.#parts[this.#index];
      if (!part) return;
      const piece = rest.subarray(0, part.size - this.#filled);
      this.#hash.update(piece);
      this.#filled += piece.byteLength;
      rest = rest.subarray(piece.byteLength);
      if (this.#filled === part.size) this.#close(part);
    }
  }

  #close(part: PartDigest): void {
    if (this.#hash.digest('hex') !== part.sha256) this.altered.push(this.#index);
    this.#hash = createHash('sha256');
    this.#filled = 0;
    this.#index++;
  }
}
