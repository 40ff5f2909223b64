import { createHash } from 'node:crypto';
import { DamagedError } from '../../../catalog/errors.ts';
import { readWal, walKey } from '../../../catalog/wal.ts';
import { compressed } from '../../../catalog/zstd.ts';
import { ObjectExistsError } from '../../../stores/errors.ts';
import type { ObjectStore } from '../../../stores/store.ts';
import { untilTaken } from '../../until-taken.ts';
import type { Lsn } from '../lsn.ts';
import type { PostgresqlRun } from '../run.ts';
import { filledTo, type Segment } from './assembler.ts';
import { WalConflictError } from './errors.ts';

/** Where the WAL of one cluster lies in the store. */
export type WalPlace = Parameters<typeof walKey>[0];

const PIECE_BYTES = 256 * 1024;
const ZEROS = Buffer.alloc(PIECE_BYTES);

/** Puts WAL into the store, compressed, and tries until the store takes it. */
export class WalArchive {
  readonly #store: ObjectStore;
  readonly #report: PostgresqlRun['report'];
  readonly #place: WalPlace;

  constructor(run: Pick<PostgresqlRun, 'store' | 'report'>, place: WalPlace) {
    this.#store = run.store;
    this.#report = run.report;
    this.#place = place;
  }

  /** Returns the SHA-256 of the segment. @throws WalConflictError; the signal's reason */
  async segment(segment: Segment, signal: AbortSignal): Promise<string> {
    const { name, timeline, bytes } = segment;
    await this.#put(walKey(this.#place, timeline, name), () => pieces(bytes), signal);
    const hash = createHash('sha256');
    for (const piece of pieces(bytes)) hash.update(piece);
    return hash.digest('hex');
  }

  /** What has arrived of a segment so far, padded with zeros. Returns the position that it reaches. */
  async partial(segment: Segment, signal: AbortSignal): Promise<Lsn> {
    const { name, timeline, bytes, filled } = segment;
    const end = filledTo(segment);
    const body = () => pieces(bytes.subarray(0, filled), bytes.length - filled);
    await this.#put(walKey(this.#place, timeline, name, end), body, signal);
    return end;
  }

  /** A file of pg_wal for people and for the way: where timelines branched off, or where a base backup began. */
  async text(timeline: number, file: { name: string; content: Buffer }, signal: AbortSignal) {
    const key = walKey(this.#place, timeline, file.name);
    await this.#put(key, () => pieces(file.content), signal);
  }

  #put(key: string, body: () => Iterable<Buffer>, signal: AbortSignal): Promise<void> {
    return untilTaken(this.#report, key, signal, () => this.#putOnce(key, body, signal));
  }

  async #putOnce(key: string, body: () => Iterable<Buffer>, signal: AbortSignal): Promise<void> {
    try {
      await this.#store.put(key, compressed(body()), { signal });
    } catch (error) {
      if (!(error instanceof ObjectExistsError)) throw error;
      if (await this.#holds(key, body(), signal)) return;
      throw new WalConflictError(
        `${key} in ${this.#store.url} holds other bytes than the server sends: the server was reset to an earlier state, or another one took its place; nothing was replaced: stream it into another store, or under another name`,
        { cause: error },
      );
    }
  }

  async #holds(key: string, expected: Iterable<Buffer>, signal: AbortSignal): Promise<boolean> {
    try {
      return await sameBytes(readWal(this.#store, { key }, signal), expected);
    } catch (error) {
      if (error instanceof DamagedError) return false;
      throw error;
    }
  }
}

/** `padding` zeros follow the bytes. */
function* pieces(bytes: Buffer, padding = 0): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
  for (let rest = padding; rest > 0; rest -= ZEROS.length) {
    yield ZEROS.subarray(0, Math.min(rest, ZEROS.length));
  }
}

async function sameBytes(stored: AsyncIterable<Uint8Array>, expected: Iterable<Buffer>) {
  let left: Buffer = Buffer.alloc(0);
  const pending = expected[Symbol.iterator]();
  for await (const chunk of stored) {
    let rest = chunk;
    while (rest.length > 0) {
      if (left.length === 0) {
        const next = pending.next();
        if (next.done) return false;
        left = next.value;
      }
      const length = Math.min(left.length, rest.length);
      if (left.compare(rest, 0, length, 0, length) !== 0) return false;
      left = left.subarray(length);
      rest = rest.subarray(length);
    }
  }
  return left.length === 0 && pending.next().done === true;
}
