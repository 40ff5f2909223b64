export const SEGMENT = 1024 * 1024;
export const PAGE = 8192;

/** WAL as a server writes it, record by record, with the headers of its pages. */
export class Wal {
  readonly bytes: Buffer;
  readonly start: number;
  #at: number;

  constructor(start: number, segments: number) {
    this.start = start;
    this.bytes = Buffer.alloc(segments * SEGMENT);
    this.#at = start;
  }

  /** Returns where the record begins. */
  add(record: Buffer): number {
    this.#header(0);
    const begin = this.#at;
    let left = record;
    while (left.length > 0) {
      this.#header(left.length);
      const room = PAGE - (this.#at % PAGE);
      left.copy(this.bytes, this.#at - this.start, 0, room);
      this.#at += Math.min(room, left.length);
      left = left.subarray(room);
    }
    this.#at = Math.ceil(this.#at / 8) * 8;
    return begin;
  }

  /** Fills up until so many bytes are left of the page. */
  fillTo(left: number): void {
    this.#header(0);
    const here = PAGE - (this.#at % PAGE);
    const length = here - left;
    if (length < 24) throw new Error(`${here} bytes are left of the page`);
    this.add(other(length));
  }

  /** What lies between stays empty, as behind a switch of segments. */
  goTo(position: number): void {
    this.#at = position;
  }

  #header(continued: number): void {
    if (this.#at % PAGE !== 0) return;
    const at = this.#at - this.start;
    this.bytes.writeUInt16LE(0xd110, at);
    this.bytes.writeUInt16LE(continued > 0 ? 1 : 0, at + 2);
    this.bytes.writeBigUInt64LE(BigInt(this.#at), at + 8);
    this.bytes.writeUInt32LE(continued, at + 16);
    this.#at += this.#at % SEGMENT === 0 ? 40 : 24;
  }
}

export function other(length: number, info = 0x30): Buffer {
  const record = Buffer.alloc(length, 0xff);
  record.writeUInt32LE(length, 0);
  record.writeUInt8(info, 16);
  record.writeUInt8(1, 17);
  return record;
}

export const AT = new Date('2026-11-21T02:00:00.123Z');

export function restorePoint(name: string): Buffer {
  const record = Buffer.alloc(98);
  record.writeUInt32LE(98, 0);
  record.writeUInt8(0x70, 16);
  record.writeUInt8(0, 17);
  record.writeUInt8(255, 24);
  record.writeUInt8(72, 25);
  record.writeBigInt64LE(BigInt(AT.getTime() - Date.UTC(2000, 0, 1)) * 1000n, 26);
  record.write(name, 34, 'utf8');
  return record;
}
