import { ArchiveBytes } from './archive-bytes.ts';
import { type DataEntry, intOf, readToc } from './archive-toc.ts';
import { ArchiveError } from './errors.ts';
import { RowCounter } from './row-counter.ts';

/** A table whose rows are in an archive. */
export interface ArchivedTable {
  readonly schema: string;
  readonly name: string;
  readonly rows: number;
}

export interface ArchiveContents {
  readonly tables: readonly ArchivedTable[];
  readonly largeObjects: number;
}

const TABLE_BLOCK = 1;
const LARGE_OBJECTS_BLOCK = 3;
const INT_BYTES = 5;
const TABLE_DATA = 'TABLE DATA';

/** What the bytes after the table of contents are, one after the other. */
type State = 'block' | 'piece' | 'object';

/**
 * Reads an archive of pg_dump in the custom format, uncompressed, while it passes by: to its end, with every row counted.
 * It holds no data, only the table of contents' names.
 *
 * After the table of contents comes a block for each object with data: its kind, its id, and pieces that each begin with
 * their length; a length of 0 ends it. A block of large objects has the same for each of them after its number; the
 * number 0 ends it.
 */
export class ArchiveReader {
  readonly #bytes = new ArchiveBytes();
  readonly #toc = readToc(this.#bytes);
  #entries: ReadonlyMap<number, DataEntry> | undefined;
  readonly #rows = new Map<number, number>();
  readonly #counter = new RowCounter();
  #largeObjects = 0;
  #state: State = 'block';
  #entry: DataEntry | undefined;
  /** Bytes of the piece that are still to come. */
  #left = 0;
  readonly #header = Buffer.alloc(1 + INT_BYTES);
  #headerBytes = 0;

  /** The chunk is not kept. @throws ArchiveError */
  read(chunk: Uint8Array): void {
    let data = chunk;
    if (!this.#entries) {
      this.#bytes.give(chunk);
      const next = this.#toc.next();
      if (!next.done) return;
      this.#entries = new Map(next.value.map((entry) => [entry.id, entry]));
      data = this.#bytes.rest();
    }
    this.#readData(data);
  }

  /** @throws ArchiveError unless everything that the table of contents promises has been read */
  end(): ArchiveContents {
    if (!this.#entries) throw new ArchiveError('its table of contents ends early');
    if (this.#state !== 'block' || this.#headerBytes > 0) {
      throw new ArchiveError(`the data of ${nameOf(this.#entry)} ends early`);
    }
    const tables: ArchivedTable[] = [];
    for (const entry of this.#entries.values()) {
      const rows = this.#rows.get(entry.id);
      if (rows === undefined) throw new ArchiveError(`it has no data of ${nameOf(entry)}`);
      if (entry.description !== TABLE_DATA) continue;
      tables.push({ schema: entry.schema, name: entry.name, rows });
    }
    return { tables, largeObjects: this.#largeObjects };
  }

  #readData(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const end = Math.min(chunk.length, at + this.#left);
        if (this.#entry?.description === TABLE_DATA) this.#counter.read(chunk, at, end);
        this.#left -= end - at;
        at = end;
        continue;
      }
      const needed = this.#state === 'block' ? 1 + INT_BYTES : INT_BYTES;
      if (this.#headerBytes === 0 && chunk.length - at >= needed) {
        this.#begin(chunk, at);
        at += needed;
        continue;
      }
      const end = Math.min(chunk.length, at + needed - this.#headerBytes);
      this.#header.set(chunk.subarray(at, end), this.#headerBytes);
      this.#headerBytes += end - at;
      at = end;
      if (this.#headerBytes < needed) return;
      this.#headerBytes = 0;
      this.#begin(this.#header, 0);
    }
  }

  #begin(bytes: Uint8Array, at: number): void {
    if (this.#state === 'block') this.#beginBlock(bytes[at], intOf(bytes, at + 1));
    else if (this.#state === 'object') this.#beginObject(intOf(bytes, at));
    else this.#beginPiece(intOf(bytes, at));
  }

  #beginBlock(kind: number | undefined, id: number): void {
    this.#entry = this.#entries?.get(id);
    if (
      !this.#entry ||
      this.#rows.has(id) ||
      (kind !== TABLE_BLOCK && kind !== LARGE_OBJECTS_BLOCK)
    ) {
      throw new ArchiveError(`it has a block ${kind} of an object ${id} that is not announced`);
    }
    this.#counter.start();
    this.#state = kind === TABLE_BLOCK ? 'piece' : 'object';
  }

  #beginObject(number: number): void {
    if (number === 0) {
      this.#endBlock(0);
    } else {
      this.#largeObjects++;
      this.#state = 'piece';
    }
  }

  #beginPiece(length: number): void {
    if (length < 0) throw new ArchiveError(`the data of ${nameOf(this.#entry)} is not readable`);
    this.#left = length;
    if (length > 0) return;
    if (this.#entry?.description !== TABLE_DATA) this.#state = 'object';
    else this.#endBlock(this.#counter.end());
  }

  #endBlock(rows: number | undefined): void {
    if (rows === undefined || !this.#entry) {
      throw new ArchiveError(`the rows of ${nameOf(this.#entry)} end early`);
    }
    this.#rows.set(this.#entry.id, rows);
    this.#state = 'block';
  }
}

const nameOf = (entry: DataEntry | undefined): string =>
  entry?.description === TABLE_DATA ? `${entry.schema}.${entry.name}` : 'the large objects';
