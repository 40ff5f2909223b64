import type { GenerationPlace, StoredBase } from '../../../catalog/aof.ts';
import type { AofArchive } from './archive.ts';
import { AofChangedError, AofFormatError } from './errors.ts';
import type { LocalLog } from './local-log.ts';
import type { LogFile } from './log-file.ts';
import { AofScanner } from './scanner.ts';

/** A piece ends with the first command behind so many bytes, so that a damaged one or a failed write costs no more. */
const PIECE_BYTES = 64 * 1024 * 1024;

/** When so many pieces, or so many bytes in more than one, follow each other, one that holds them all is stored as well. */
const MERGE_PIECES = 60;
const MERGE_BYTES = 16 * 1024 * 1024;

/** Where a shipment stands: everything before `position` is stored. */
export interface ShippedTo {
  readonly sequence: number;
  /** In the increment with this number. */
  readonly offset: number;
  /** Counted from the base. */
  readonly position: number;
}

/** One generation on its way into the store. */
export class Shipment {
  readonly base: Omit<StoredBase, 'key' | 'storedBytes'>;
  readonly #archive: AofArchive;
  #at: ShippedTo;
  /** Where the pieces begin that are not merged yet, and how many they are. */
  #unmerged: { start: ShippedTo; pieces: number };
  /** Log that was stored since it was asked last. Bytes. */
  #bytes = 0;
  #pieces = 0;

  /** @param at where it goes on: a command begins there */
  constructor(
    archive: AofArchive,
    base: Omit<StoredBase, 'key' | 'storedBytes'>,
    at: ShippedTo = { sequence: base.sequence, offset: 0, position: 0 },
  ) {
    this.base = base;
    this.#archive = archive;
    this.#at = at;
    this.#unmerged = { start: at, pieces: 0 };
  }

  get place(): GenerationPlace {
    return this.#archive.place;
  }

  get at(): ShippedTo {
    return this.#at;
  }

  /** What was stored since the last time. */
  takeCounts(): { readonly bytes: number; readonly pieces: number } {
    const counts = { bytes: this.#bytes, pieces: this.#pieces };
    this.#bytes = 0;
    this.#pieces = 0;
    return counts;
  }

  /**
   * Stores all whole commands that the log has now.
   * @param clock the server's
   * @throws AofChangedError, AofFormatError, AofConflictError; the signal's reason
   */
  async advance(log: LocalLog, clock: () => Date, signal: AbortSignal): Promise<void> {
    for (;;) {
      const file = log.file(this.#at.sequence);
      if (!file) throw new Error(`the increment ${this.#at.sequence} was closed too early`);
      const next = log.file(this.#at.sequence + 1);
      // In this order: what comes behind `size` is younger, and with a successor there is nothing behind it.
      const size = await file.size();
      await this.#ship(file, size, clock(), signal);
      if (!next) return;
      if (this.#at.offset !== size) {
        throw new AofFormatError(`${file.name} ends in the middle of a command, and Redis went on`);
      }
      await this.#merge(file, clock(), signal);
      this.#at = { sequence: next.sequence, offset: 0, position: this.#at.position };
      this.#unmerged = { start: this.#at, pieces: 0 };
    }
  }

  async #ship(file: LogFile, size: number, asOf: Date, signal: AbortSignal): Promise<void> {
    if (size < this.#at.offset) {
      throw new AofChangedError(
        `${file.name} has ${size} bytes, but ${this.#at.offset} are stored already: the machine lost what it had not written`,
      );
    }
    // From the last whole command on: a server that crashed cuts off what is not whole, and writes something else.
    const scanner = new AofScanner(this.#at.offset);
    for await (const block of file.read(scanner.offset, size)) {
      signal.throwIfAborted();
      scan(scanner, block, file);
      if (scanner.boundary - this.#at.offset >= PIECE_BYTES) {
        await this.#store(file, scanner.boundary, asOf, signal);
      }
    }
    if (scanner.boundary > this.#at.offset) await this.#store(file, scanner.boundary, asOf, signal);
  }

  async #store(file: LogFile, to: number, asOf: Date, signal: AbortSignal): Promise<void> {
    const { sequence, offset, position } = this.#at;
    const end = position + to - offset;
    await this.#archive.piece(file, offset, { from: position, to: end, sequence, asOf }, signal);
    this.#at = { sequence, offset: to, position: end };
    this.#bytes += to - offset;
    this.#pieces++;
    this.#unmerged.pieces++;
    const { start, pieces } = this.#unmerged;
    if (pieces >= MERGE_PIECES || end - start.position >= MERGE_BYTES) {
      await this.#merge(file, asOf, signal);
    }
  }

  /** A log in many small objects takes long to read. */
  async #merge(file: LogFile, asOf: Date, signal: AbortSignal): Promise<void> {
    const { start, pieces } = this.#unmerged;
    if (pieces > 1) {
      const piece = {
        from: start.position,
        to: this.#at.position,
        sequence: this.#at.sequence,
        asOf,
      };
      await this.#archive.piece(file, start.offset, piece, signal);
    }
    this.#unmerged = { start: this.#at, pieces: 0 };
  }
}

function scan(scanner: AofScanner, block: Buffer, file: LogFile): void {
  try {
    scanner.push(block);
  } catch (error) {
    if (!(error instanceof AofFormatError)) throw error;
    throw new AofFormatError(
      `${file.name} cannot be shipped: ${error.message}; redis-check-aof says more, and the backups that are stored stay as they are`,
      { cause: error },
    );
  }
}
