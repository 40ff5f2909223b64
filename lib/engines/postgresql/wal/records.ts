import type { Lsn } from '../lsn.ts';
import { SEGMENT_HEADER_BYTES, segmentHeader } from './segment-header.ts';

/** What the records of one segment tell. */
export interface SegmentRecords {
  /** Behind the last record that is whole; the end of the segment where a record goes on in the next one. */
  readonly end: Lsn;
  /** Newest moment, by the server's clock, at which a transaction of this segment ended. Cut to milliseconds. */
  readonly lastCommitAt: Date | undefined;
}

// Layouts are those of PostgreSQL's xlog_internal.h, xlogrecord.h and xact.h, alike in 15 to 18.
const PAGE_HEADER_BYTES = 24;
const CONTINUED = 1;
const RECORD_HEADER_BYTES = 24;
const ALIGNMENT = 8;
const XLOG_MANAGER = 0;
const XLOG_SWITCH = 0x40;
const TRANSACTION_MANAGER = 1;
/** COMMIT, ABORT, COMMIT PREPARED, ABORT PREPARED: each begins with its time. */
const ENDS_OF_TRANSACTIONS = [0x00, 0x20, 0x30, 0x40];
const OPERATION = 0x70;
/** Headers before a record's data, each with its length; data of up to 255 bytes, longer data. */
const HEADERS: Readonly<Record<number, number>> = { 252: 5, 253: 3 };
const SHORT_DATA = 255;
const LONG_DATA = 254;
/** As much of a record as holds its header, what may come before its data, and a time. */
const HEAD_BYTES = 48;
/** Times are microseconds since 2000-01-01 UTC. */
const EPOCH_MS = Date.UTC(2000, 0, 1);

/**
 * Walks through the records of a segment from its first one to its last one. Checksums are not looked at: a segment of a
 * server that runs is what it wrote, and what follows its end is zeros or an older segment, whose pages say so.
 * @param bytes a whole segment
 */
export function segmentRecords(bytes: Buffer): SegmentRecords {
  const { start, pageSize } = segmentHeader(bytes);
  const pages = new Pages(bytes, start, pageSize);
  let latest = Number.NEGATIVE_INFINITY;
  let at = pages.skip(SEGMENT_HEADER_BYTES, pages.remainder);
  while (at !== undefined && at < bytes.length) {
    const begin = pages.recordStart(at);
    if (begin === undefined) break;
    const length = bytes.readUInt32LE(begin);
    if (length < RECORD_HEADER_BYTES) break;
    const next = pages.skip(begin, length);
    if (next === undefined) break;
    const head = pages.read(begin, Math.min(length, HEAD_BYTES));
    latest = Math.max(latest, endOfTransaction(head) ?? latest);
    at = isSwitch(head) ? bytes.length : next;
  }
  return {
    end: start + BigInt(at ?? pages.broken),
    lastCommitAt: Number.isFinite(latest) ? new Date(latest) : undefined,
  };
}

function isSwitch(head: Buffer): boolean {
  return head[17] === XLOG_MANAGER && ((head[16] ?? 0) & 0xf0) === XLOG_SWITCH;
}

/** Milliseconds since 1970; undefined if the record ends no transaction. */
function endOfTransaction(head: Buffer): number | undefined {
  const operation = (head[16] ?? 0) & OPERATION;
  if (head[17] !== TRANSACTION_MANAGER || !ENDS_OF_TRANSACTIONS.includes(operation))
    return undefined;
  let at = RECORD_HEADER_BYTES;
  for (;;) {
    const id = head[at] ?? 0;
    const skipped = HEADERS[id];
    if (skipped === undefined) {
      at += id === SHORT_DATA ? 2 : id === LONG_DATA ? 5 : head.length;
      break;
    }
    at += skipped;
  }
  if (at + 8 > head.length) return undefined;
  return EPOCH_MS + Number(head.readBigInt64LE(at) / 1000n);
}

/** Finds the way over the headers of pages, which interrupt records anywhere but in their length. */
class Pages {
  /** Where the last record begins that cannot be followed to its end. */
  broken = SEGMENT_HEADER_BYTES;
  readonly #bytes: Buffer;
  readonly #start: Lsn;
  readonly #size: number;

  constructor(bytes: Buffer, start: Lsn, size: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.#size = size;
  }

  /** Bytes of a record of the segment before. */
  get remainder(): number {
    return this.#bytes.readUInt16LE(2) & CONTINUED ? this.#bytes.readUInt32LE(16) : 0;
  }

  /** Behind a page's header, if there is one here; undefined where the page is not of this segment, or at its end. */
  recordStart(at: number): number | undefined {
    this.broken = at;
    if (at % this.#size !== 0) return at;
    return this.#isOwn(at) ? at + PAGE_HEADER_BYTES : undefined;
  }

  /**
   * Where the next record may begin behind so many bytes; the segment's length if they go on in the next one.
   * Undefined where they lead to a page that is not of this segment.
   */
  skip(from: number, length: number): number | undefined {
    let at = from;
    let left = length;
    for (;;) {
      const room = this.#size - (at % this.#size);
      if (left <= room) return Math.ceil((at + left) / ALIGNMENT) * ALIGNMENT;
      left -= room;
      at += room;
      if (at >= this.#bytes.length) return this.#bytes.length;
      if (!this.#isOwn(at)) return undefined;
      at += PAGE_HEADER_BYTES;
    }
  }

  /** Bytes of a record without the headers in between; fewer where the segment ends. */
  read(from: number, length: number): Buffer {
    const head = Buffer.alloc(length);
    let at = from;
    let filled = 0;
    while (filled < length && at < this.#bytes.length) {
      const room = Math.min(this.#size - (at % this.#size), length - filled);
      filled += this.#bytes.copy(head, filled, at, at + room);
      at += room;
      if (filled < length) at += PAGE_HEADER_BYTES;
    }
    return head.subarray(0, filled);
  }

  #isOwn(at: number): boolean {
    return this.#bytes.readBigUInt64LE(at + 8) === this.#start + BigInt(at);
  }
}
