/** CRC-64 of Redis (Jones' polynomial, reflected, from zero), as src/crc64.c computes it. */
const POLYNOMIAL = 0x95ac_9329_ac4b_c9b5n;

/** A 64-bit value is kept as two halves: numbers are far quicker than BigInt, and this runs over every byte. */
const low = new Uint32Array(8 * 256);
const high = new Uint32Array(8 * 256);

// Eight tables, so that eight bytes are taken at a time: table n tells what a byte does n bytes further on.
for (let byte = 0; byte < 256; byte++) {
  let crc = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ POLYNOMIAL : crc >> 1n;
  put(byte, crc);
}
for (let table = 1; table < 8; table++) {
  for (let byte = 0; byte < 256; byte++) {
    const before = get((table - 1) * 256 + byte);
    put(table * 256 + byte, get(Number(before & 0xffn)) ^ (before >> 8n));
  }
}

function put(at: number, crc: bigint): void {
  low[at] = Number(crc & 0xffff_ffffn);
  high[at] = Number(crc >> 32n);
}

function get(at: number): bigint {
  return (BigInt(high[at] ?? 0) << 32n) | BigInt(low[at] ?? 0);
}

/** A running checksum over everything that it is given. */
export class Crc64 {
  #low = 0;
  #high = 0;

  update(bytes: Uint8Array): void {
    let lo = this.#low;
    let hi = this.#high;
    const whole = bytes.length - (bytes.length % 8);
    // Every index is below the tables' length: `|` makes that plain to the compiler without a branch.
    for (let at = 0; at < whole; at += 8) {
      lo ^= word(bytes, at);
      hi ^= word(bytes, at + 4);
      const a = 1792 | (lo & 255);
      const b = 1536 | ((lo >>> 8) & 255);
      const c = 1280 | ((lo >>> 16) & 255);
      const d = 1024 | (lo >>> 24);
      const e = 768 | (hi & 255);
      const f = 512 | ((hi >>> 8) & 255);
      const g = 256 | ((hi >>> 16) & 255);
      const h = hi >>> 24;
      lo = of(low, a) ^ of(low, b) ^ of(low, c) ^ of(low, d);
      lo ^= of(low, e) ^ of(low, f) ^ of(low, g) ^ of(low, h);
      hi = of(high, a) ^ of(high, b) ^ of(high, c) ^ of(high, d);
      hi ^= of(high, e) ^ of(high, f) ^ of(high, g) ^ of(high, h);
    }
    for (let at = whole; at < bytes.length; at++) {
      const index = (lo ^ of(bytes, at)) & 255;
      lo = ((lo >>> 8) | (hi << 24)) ^ of(low, index);
      hi = (hi >>> 8) ^ of(high, index);
    }
    this.#low = lo >>> 0;
    this.#high = hi >>> 0;
  }

  /** 16 hexadecimal digits. */
  digest(): string {
    return [this.#high, this.#low].map((half) => half.toString(16).padStart(8, '0')).join('');
  }
}

const of = (table: Uint8Array | Uint32Array, at: number): number => table[at] ?? 0;

const word = (bytes: Uint8Array, at: number): number =>
  of(bytes, at) | (of(bytes, at + 1) << 8) | (of(bytes, at + 2) << 16) | (of(bytes, at + 3) << 24);
