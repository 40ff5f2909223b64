import type { ArchiveBytes } from './archive-bytes.ts';
import { ArchiveError } from './errors.ts';

/** An object in an archive's table of contents that has data in the archive. */
export interface DataEntry {
  readonly id: number;
  /** What it is: `TABLE DATA`, `BLOBS`. */
  readonly description: string;
  readonly schema: string;
  readonly name: string;
}

const MAGIC = 'PGDMP';
const CUSTOM_FORMAT = 1;
const UNCOMPRESSED = 0;
/** A sign, then so many bytes with the lowest first. */
const INT_BYTES = 4;
/** Minor versions of the format: those of the pg_dump of 15, of 16, and of 17 and 18. */
const WITH_COMPRESSION_NAME = 15;
const WITH_KIND_OF_RELATION = 16;
const VERSIONS = [14, WITH_COMPRESSION_NAME, WITH_KIND_OF_RELATION];
/** Longer than the definition of any object. */
const MAX_TEXT_BYTES = 1024 * 1024 * 1024;

/**
 * Reads the header and the table of contents of an archive in the custom format, which say what its data is. Source of
 * the layout: `pg_backup_archiver.c` and `pg_backup_custom.c` of PostgreSQL 15 to 18.
 * @throws ArchiveError
 */
export function* readToc(bytes: ArchiveBytes): Generator<undefined, DataEntry[], void> {
  const version = yield* readHeader(bytes);
  const entries: DataEntry[] = [];
  const count = yield* readInt(bytes);
  for (let index = 0; index < count; index++) {
    const id = yield* readInt(bytes);
    const hasData = (yield* readInt(bytes)) !== 0;
    yield* skipTexts(bytes, 2); // OIDs of the catalog and of the object
    const name = yield* readText(bytes);
    const description = yield* readText(bytes);
    yield* readInt(bytes); // section
    yield* skipTexts(bytes, 3); // CREATE, DROP, COPY
    const schema = yield* readText(bytes);
    yield* skipTexts(bytes, 2); // tablespace, access method
    if (version >= WITH_KIND_OF_RELATION) yield* readInt(bytes);
    yield* skipTexts(bytes, 2); // owner, WITH OIDS
    while (yield* skipText(bytes)); // dependencies
    yield* bytes.skip(1 + OFFSET_BYTES); // where the data is: unknown when it was written
    if (hasData) entries.push({ id, description, schema, name });
  }
  return entries;
}

const OFFSET_BYTES = 8;

/** @returns the minor version */
function* readHeader(bytes: ArchiveBytes): Generator<undefined, number, void> {
  const magic = yield* bytes.take(MAGIC.length);
  if (magic.toString('latin1') !== MAGIC) {
    throw new ArchiveError(`it begins with ${JSON.stringify(magic.toString('latin1'))}`);
  }
  const [major, minor, , intBytes, offsetBytes, format] = yield* bytes.take(6);
  if (major !== 1 || minor === undefined || !VERSIONS.includes(minor)) {
    throw new ArchiveError(`its format is ${major}.${minor}, and 1.14 to 1.16 are known`);
  }
  if (intBytes !== INT_BYTES || offsetBytes !== OFFSET_BYTES || format !== CUSTOM_FORMAT) {
    throw new ArchiveError(
      `it is of a layout that is not known (${intBytes}, ${offsetBytes}, ${format})`,
    );
  }
  const compression = minor >= WITH_COMPRESSION_NAME ? yield* bytes.byte() : yield* readInt(bytes);
  if (compression !== UNCOMPRESSED) throw new ArchiveError(`it is compressed (${compression})`);
  yield* bytes.skip(7 * (1 + INT_BYTES)); // when it was made
  yield* skipTexts(bytes, 3); // database, versions of the server and of pg_dump
  return minor;
}

/** @param bytes `1 + INT_BYTES` of them */
export function intOf(bytes: Uint8Array, at = 0): number {
  const [sign = 0, a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 1 + INT_BYTES);
  const value = a + b * 0x100 + c * 0x1_00_00 + d * 0x1_00_00_00;
  return sign === 0 ? value : -value;
}

function* readInt(bytes: ArchiveBytes): Generator<undefined, number, void> {
  return intOf(yield* bytes.take(1 + INT_BYTES));
}

/** Empty where there is none. */
function* readText(bytes: ArchiveBytes): Generator<undefined, string, void> {
  return (yield* bytes.take(yield* textLength(bytes))).toString('utf8');
}

/** @returns false where there is none */
function* skipText(bytes: ArchiveBytes): Generator<undefined, boolean, void> {
  const length = yield* readInt(bytes);
  if (length > 0) yield* bytes.skip(length);
  return length >= 0;
}

function* skipTexts(bytes: ArchiveBytes, count: number): Generator<undefined, void, void> {
  for (let index = 0; index < count; index++) yield* skipText(bytes);
}

function* textLength(bytes: ArchiveBytes): Generator<undefined, number, void> {
  const length = yield* readInt(bytes);
  if (length > MAX_TEXT_BYTES) throw new ArchiveError(`a text in it would have ${length} bytes`);
  return Math.max(0, length);
}
