import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, lchown, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Extract, extract } from 'tar-stream';
import { DamagedError } from '../../../catalog/errors.ts';
import type { Owner } from '../../restore-target.ts';
import type { ExpectedFile } from './backup-manifest.ts';

type TarEntry = Extract extends AsyncIterable<infer Entry> ? Entry : never;

const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

export interface ExtractOptions {
  /** Name of the archive, for messages. */
  readonly archive: string;
  /** An existing, empty directory. */
  readonly into: string;
  /** Where the archive's files stand in the manifest: `''` or `pg_tblspc/<oid>/`. */
  readonly prefix: string;
  /** Every file that the backup holds. Each one is taken out as it is written; what stays was missing. */
  readonly expected: Map<string, ExpectedFile>;
  /** Undefined: the current user. */
  readonly owner: Owner | undefined;
  readonly signal: AbortSignal;
}

/**
 * Unpacks one of PostgreSQL's tar archives as it streams by and compares every file with the backup manifest.
 * Only plain files that the manifest names and directories are accepted, each once.
 * @throws DamagedError naming the file; whatever `tar` throws
 */
export async function extractArchive(
  tar: AsyncIterable<Uint8Array>,
  options: ExtractOptions,
): Promise<void> {
  const reader = extract();
  let broken: unknown;
  // The entry that is being read only says that it ended; this says why.
  reader.once('error', (error: unknown) => {
    broken ??= error;
  });
  const feeding = feed(tar, reader).catch((error: unknown) => {
    broken = error;
    reader.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const entry of reader) {
      options.signal.throwIfAborted();
      await extractEntry(entry, options);
    }
  } catch (error) {
    reader.destroy();
    await feeding;
    throw explain(broken ?? error, options.archive);
  }
  await feeding;
  if (broken !== undefined) throw explain(broken, options.archive);
}

/** Errors of the tar reader itself are about the archive; ours and the store's say what they are. */
function explain(error: unknown, archive: string): unknown {
  if (error instanceof Error && /^(Unexpected end|Invalid|Header)/.test(error.message)) {
    return new DamagedError(`${archive} is not a whole tar archive: ${error.message}`, {
      cause: error,
    });
  }
  return error;
}

async function feed(tar: AsyncIterable<Uint8Array>, reader: Extract): Promise<void> {
  for await (const chunk of tar) {
    if (reader.destroyed) return;
    if (!reader.write(asBuffer(chunk))) await drained(reader);
  }
  if (!reader.destroyed) reader.end(null);
}

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk)
    ? chunk
    : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

function drained(reader: Extract): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      reader.off('drain', done);
      reader.off('close', done);
      resolve();
    };
    reader.on('drain', done);
    reader.on('close', done);
  });
}

async function extractEntry(entry: TarEntry, options: ExtractOptions): Promise<void> {
  const { header } = entry;
  const name = safeName(header.name, options.archive);
  const path = join(options.into, name);
  if (header.type === 'directory') {
    entry.resume();
    if (name !== '') await makeDirectory(path, options.owner);
    return;
  }
  if (header.type !== 'file') {
    throw new DamagedError(
      `${options.archive} holds ${JSON.stringify(header.name)} as a ${header.type}; only files and directories are restored`,
    );
  }
  const key = options.prefix + name;
  const expected = options.expected.get(key);
  if (!expected) {
    throw new DamagedError(
      `${options.archive} holds ${JSON.stringify(name)}, which backup_manifest does not name${
        options.prefix === '' ? '' : ` below ${options.prefix}`
      } or which came before`,
    );
  }
  const found = await writeFile(path, entry, options);
  if (found.size !== expected.size || found.sha256 !== expected.sha256) {
    throw new DamagedError(
      `${JSON.stringify(key)} in ${options.archive} is not what was backed up: ${found.size} bytes with SHA-256 ${found.sha256} instead of ${expected.size} bytes with ${expected.sha256}`,
    );
  }
  options.expected.delete(key);
}

/** A path below the target, without its `./` and the `/` of a directory. */
function safeName(name: string, archive: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..') || name.includes('\0')) {
    throw new DamagedError(
      `${archive} holds ${JSON.stringify(name)}, which would be written outside of the target`,
    );
  }
  return parts.join('/');
}

/** Creates a directory with the server's mode and owner; its parent exists or is created too. */
export async function makeDirectory(path: string, owner: Owner | undefined): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: DIRECTORY_MODE });
  if (first === undefined) return;
  for (let created = path; created.length >= first.length; created = dirname(created)) {
    await chmod(created, DIRECTORY_MODE);
    if (owner) await lchown(created, owner.uid, owner.gid);
  }
}

async function writeFile(
  path: string,
  body: AsyncIterable<unknown>,
  { owner }: ExtractOptions,
): Promise<{ size: number; sha256: string }> {
  const { O_CREAT, O_EXCL, O_WRONLY, O_NOFOLLOW } = constants;
  const file = await open(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, FILE_MODE);
  try {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) throw new TypeError('the tar reader yields buffers');
      // While the system copies a chunk, it is hashed.
      const written = file.writeFile(chunk);
      hash.update(chunk);
      size += chunk.length;
      await written;
    }
    if (owner) await file.chown(owner.uid, owner.gid);
    return { size, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}
