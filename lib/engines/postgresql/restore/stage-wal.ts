import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { DamagedError } from '../../../catalog/errors.ts';
import type { ObjectInfo } from '../../../stores/store.ts';
import type { Owner } from '../../restore-target.ts';
import type { Lsn } from '../lsn.ts';
import type { WalPiece } from './coverage.ts';
import { makeDirectory } from './extract.ts';

/** A segment or a history file that is stored. */
export interface WalReader {
  /** What it is stored as; `archived` is set where a listing told it. */
  readonly objects: readonly Pick<ObjectInfo, 'key' | 'archived'>[];
  /** Its bytes, decoded and checked against their digest as they are read. */
  read(signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

interface StageOptions {
  readonly folder: string;
  readonly segments: readonly WalPiece<WalReader>[];
  /** SHA-256 of whole segments by name, where it is known. */
  readonly digests: ReadonlyMap<string, string>;
  readonly histories: readonly { name: string; content: Uint8Array }[];
  readonly segmentSize: number;
  readonly systemId: string;
  readonly owner: Owner | undefined;
  readonly signal: AbortSignal;
  /** Called with the bytes that came since the last call. */
  readonly onBytes: (bytes: number) => void;
}

/** Requests to the store at a time: hides its latency without holding more than a few chunks of each. */
const CONCURRENCY = 4;

/**
 * Puts WAL and history files into a folder, under the names that the server asks for.
 * @throws DamagedError; whatever the readers throw
 */
export async function stageWal(options: StageOptions): Promise<void> {
  await makeDirectory(options.folder, options.owner);
  for (const { name, content } of options.histories) {
    const file = await create(options, name);
    await file.writeFile(content).finally(() => file.close());
  }
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const waiting = options.segments.values();
  const worker = async () => {
    for (const segment of waiting) {
      signal.throwIfAborted();
      await stageSegment(segment, { ...options, signal });
    }
  };
  const workers = Array.from({ length: CONCURRENCY }, () =>
    worker().catch((error: unknown) => {
      failed.abort(error);
      throw error;
    }),
  );
  // Nothing may still be writing when the caller cleans up.
  await Promise.allSettled(workers);
  options.signal.throwIfAborted();
  failed.signal.throwIfAborted();
}

async function stageSegment(
  { name, start, whole, source }: WalPiece<WalReader>,
  options: StageOptions,
): Promise<void> {
  const file = await create(options, name);
  try {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of source.read(options.signal)) {
      await file.writeFile(chunk);
      hash.update(chunk);
      size += chunk.length;
      options.onBytes(chunk.length);
    }
    if (size !== options.segmentSize) {
      throw new DamagedError(
        `WAL segment ${name} has ${size} bytes instead of ${options.segmentSize}`,
      );
    }
    const expected = whole ? options.digests.get(name) : undefined;
    const found = hash.digest('hex');
    if (expected !== undefined && found !== expected) {
      throw new DamagedError(
        `WAL segment ${name} is not what was streamed: its SHA-256 is ${found} instead of ${expected}`,
      );
    }
    const { buffer } = await readBack(join(options.folder, name));
    checkHeader(buffer, { name, start }, options);
  } finally {
    await file.close();
  }
}

async function create({ folder, owner }: StageOptions, name: string) {
  const file = await open(join(folder, name), 'wx', 0o600);
  if (owner) await file.chown(owner.uid, owner.gid);
  return file;
}

const HEADER_BYTES = 40;

async function readBack(path: string) {
  const file = await open(path);
  return file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0).finally(() => file.close());
}

/**
 * The server takes a segment that is not its own for the end of the WAL, silently: it is refused here.
 * Layout of a segment's first page header: position at 8, system identifier at 24, segment size at 32.
 */
function checkHeader(
  header: Buffer,
  { name, start }: { name: string; start: Lsn },
  { systemId, segmentSize }: StageOptions,
): void {
  const found = {
    start: header.readBigUInt64LE(8),
    systemId: header.readBigUInt64LE(24).toString(),
    segmentSize: header.readUInt32LE(32),
  };
  if (found.systemId !== systemId) {
    throw new DamagedError(
      `WAL segment ${name} is of the cluster ${found.systemId} instead of ${systemId}`,
    );
  }
  if (found.start !== start || found.segmentSize !== segmentSize) {
    throw new DamagedError(`what is stored as WAL segment ${name} is another one`);
  }
}
