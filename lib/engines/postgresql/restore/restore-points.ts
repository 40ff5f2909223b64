import type { Lsn } from '../lsn.ts';

/** A name that somebody gave to a position with `pg_create_restore_point`. */
export interface RestorePoint {
  readonly name: string;
  /** Where its record begins. */
  readonly lsn: Lsn;
  /** By the server's clock. */
  readonly at: Date;
}

/** Numbers instead of bigints: a cluster writes its first 8 PiB of WAL without losing a bit. */
const PAGE = 8192;
const PAGE_HEADER = 24;
const SEGMENT_HEADER = 40;
const CONTINUES_RECORD = 0x0001;
const ALIGNMENT = 8;

/** Record header, data header, and the data: a timestamp and a name in 64 bytes. */
const HEADER = 24;
const DATA_HEADER = 2;
const DATA = 8 + 64;
const LENGTH = HEADER + DATA_HEADER + DATA;
/** `RM_XLOG_ID` and `XLOG_RESTORE_POINT` of src/include/catalog/pg_control.h; the low bits are flags. */
const RESOURCE_MANAGER = 0;
const KIND = 0x70;
const KIND_MASK = 0xf0;
const SHORT_DATA = 255;
/** Timestamps count microseconds from 2000-01-01. */
const EPOCH_MS = Date.UTC(2000, 0, 1);

/**
 * Finds named restore points in WAL that is pushed into it without a gap, beginning with the start of a segment. Follows
 * the records by their lengths and looks into those alone that have the length of a restore point.
 */
export class RestorePointReader {
  readonly #segmentSize: number;
  readonly #page = Buffer.alloc(PAGE);
  #filled = 0;
  /** Start of the page that is being filled. */
  #at: number;
  /** A record that goes on behind the page that it began in; undefined where nobody needs what it holds. */
  #begun: { readonly at: number; readonly parts: Buffer[] } | undefined;

  constructor(start: Lsn, segmentSize: number) {
    this.#at = Number(start);
    this.#segmentSize = segmentSize;
  }

  /** Returns what the bytes complete, in their order. */
  push(bytes: Uint8Array): RestorePoint[] {
    const found: RestorePoint[] = [];
    for (let from = 0; from < bytes.length; ) {
      const step = Math.min(PAGE - this.#filled, bytes.length - from);
      this.#page.set(bytes.subarray(from, from + step), this.#filled);
      this.#filled += step;
      from += step;
      if (this.#filled < PAGE) break;
      this.#readPage(found);
      this.#at += PAGE;
      this.#filled = 0;
    }
    return found;
  }

  #readPage(found: RestorePoint[]): void {
    const page = this.#page;
    const begun = this.#begun;
    this.#begun = undefined;
    // Padding behind a switch of segments, or behind the end of what was streamed.
    if (page.readUInt16LE(0) === 0) return;
    let at = this.#at % this.#segmentSize === 0 ? SEGMENT_HEADER : PAGE_HEADER;
    if ((page.readUInt16LE(2) & CONTINUES_RECORD) !== 0) {
      const rest = page.readUInt32LE(16);
      if (rest > PAGE - at) return;
      if (begun) {
        const record = Buffer.concat([...begun.parts, page.subarray(at, at + rest)]);
        keep(found, record, begun.at);
      }
      at += aligned(rest);
    }
    while (at < PAGE) {
      const length = page.readUInt32LE(at);
      if (length === 0) return;
      if (length === LENGTH) {
        const record = page.subarray(at, at + length);
        if (record.length === length) keep(found, record, this.#at + at);
        else this.#begun = { at: this.#at + at, parts: [Buffer.from(record)] };
      }
      at += aligned(length);
    }
  }
}

const aligned = (length: number): number => Math.ceil(length / ALIGNMENT) * ALIGNMENT;

function keep(found: RestorePoint[], record: Buffer, at: number): void {
  const isOne =
    record.length === LENGTH &&
    record[17] === RESOURCE_MANAGER &&
    ((record[16] ?? 0) & KIND_MASK) === KIND &&
    record[HEADER] === SHORT_DATA &&
    record[HEADER + 1] === DATA;
  if (!isOne) return;
  const data = record.subarray(HEADER + DATA_HEADER);
  const microseconds = data.readBigInt64LE(0);
  const name = data.subarray(8);
  const end = name.indexOf(0);
  found.push({
    name: name.toString('utf8', 0, end < 0 ? name.length : end),
    lsn: BigInt(at),
    at: new Date(EPOCH_MS + Number(microseconds / 1000n)),
  });
}
