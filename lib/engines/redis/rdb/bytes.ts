/** A length that is announced, or how many bytes hold an integer in place of a string (-1, -2, -4), or LZF. */
export const LZF = -3;

/** Reads single items of an RDB file. A reader that has too few bytes takes none and says so. */
export class Bytes {
  #data: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#data.buffer);
  /** Where the next item begins. */
  at = 0;

  /** @param data what was left over, and what came since */
  set(data: Uint8Array): void {
    this.#data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.at = 0;
  }

  get left(): number {
    return this.#data.length - this.at;
  }

  taken(): Uint8Array {
    return this.#data.subarray(0, this.at);
  }

  rest(): Uint8Array {
    return this.#data.subarray(this.at);
  }

  /** Undefined if it is not there yet. */
  byte(): number | undefined {
    return this.#data[this.at++] ?? this.#none(this.at - 1);
  }

  /**
   * A length in 1, 2, 5 or 9 bytes. Undefined if it is not there yet; negative where it announces something other than
   * a string of so many bytes.
   */
  length(): number | undefined {
    const start = this.at;
    const first = this.byte();
    if (first === undefined) return undefined;
    switch (first >> 6) {
      case 0:
        return first & 0x3f;
      case 1: {
        const second = this.byte();
        return second === undefined ? this.#none(start) : ((first & 0x3f) << 8) | second;
      }
      case 2:
        return this.#long(first, start);
      default:
        return SPECIAL[first & 0x3f] ?? Number.NaN;
    }
  }

  /** Undefined if they are not there yet. */
  take(count: number): Uint8Array | undefined {
    if (this.left < count) return undefined;
    this.at += count;
    return this.#data.subarray(this.at - count, this.at);
  }

  #long(first: number, start: number): number | undefined {
    const size = first === 0x80 ? 4 : 8;
    if (this.left < size) return this.#none(start);
    const value =
      size === 4 ? this.#view.getUint32(this.at) : Number(this.#view.getBigUint64(this.at));
    this.at += size;
    return value;
  }

  #none(start: number): undefined {
    this.at = start;
    return undefined;
  }
}

const SPECIAL: readonly number[] = [-1, -2, -4, LZF];
