import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredPiece } from '../../../catalog/aof.ts';
import { DamagedError } from '../../../catalog/errors.ts';
import type { RedisRun } from '../run.ts';
import type { AofState } from './choose.ts';
import { LogCut } from './cut.ts';
import { AofFormatError } from './errors.ts';
import { aofManifestText } from './manifest-file.ts';
import { readAof } from './read.ts';

/** Redis' default `appendfilename`. */
const NAME = 'appendonly.aof';

export interface AssembledAof {
  /** Everything that was written before this moment is in it, and nothing that is younger than what was asked for. */
  readonly recoveredTo: Date;
  /** Bytes of the base and the log. */
  readonly bytes: number;
}

/**
 * Writes the append-only files of a state: a base, one increment and the manifest, which is what makes Redis see them and
 * comes last. Every byte is compared with its digest.
 * @param directory Redis' appenddirname; is made
 * @throws DamagedError, StoreError; the signal's reason
 */
export async function assembleAof(
  run: Pick<RedisRun, 'store' | 'signal' | 'report'>,
  state: AofState,
  directory: string,
): Promise<AssembledAof> {
  const { base } = state.generation;
  await mkdir(directory, { mode: 0o700 });
  const baseName = base.size === 0 ? undefined : `${NAME}.1.base.rdb`;
  if (baseName !== undefined) {
    await writeFile(join(directory, baseName), readAof(run.store, base, run.signal));
  }
  const log = await writeLog(run, state, join(directory, `${NAME}.1.incr.aof`));
  const manifest = aofManifestText(baseName, `${NAME}.1.incr.aof`);
  await writeFile(join(directory, `${NAME}.manifest`), [Buffer.from(manifest)]);
  return { recoveredTo: log.recoveredTo, bytes: base.size + log.bytes };
}

async function writeLog(
  run: Pick<RedisRun, 'store' | 'signal' | 'report'>,
  state: AofState,
  path: string,
): Promise<AssembledAof> {
  const cut = new LogCut(state.until?.getTime() ?? Number.POSITIVE_INFINITY);
  const handle = await open(path, 'wx', 0o600);
  try {
    for (const piece of state.pieces) await append(run, piece, handle, cut);
    const recoveredTo = await appendYounger(run, state, handle, cut);
    const bytes = cut.position ?? cut.boundary;
    await handle.truncate(bytes);
    await handle.sync();
    return { recoveredTo, bytes };
  } finally {
    await handle.close();
  }
}

/** Returns the moment up to which everything is there. */
async function appendYounger(
  run: Pick<RedisRun, 'store' | 'signal' | 'report'>,
  { younger, until, covers }: AofState,
  handle: FileHandle,
  cut: LogCut,
): Promise<Date> {
  let before = covers;
  for (const piece of younger) {
    cut.beginYounger(piece, before);
    if (cut.position === undefined) await append(run, piece, handle, cut);
    if (cut.position === piece.from) return before;
    if (cut.position !== undefined) break;
    before = piece.asOf;
  }
  // The second in which the moment lies is left out as a whole: nobody knows what of it came first.
  return until && younger.length > 0 ? new Date(Math.floor(until.getTime() / 1000) * 1000) : covers;
}

async function append(
  { store, signal }: Pick<RedisRun, 'store' | 'signal'>,
  piece: StoredPiece,
  handle: FileHandle,
  cut: LogCut,
): Promise<void> {
  const wanted = { ...piece, size: piece.to - piece.from };
  try {
    for await (const chunk of readAof(store, wanted, signal)) {
      signal.throwIfAborted();
      cut.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      await handle.writeFile(chunk);
    }
  } catch (error) {
    if (!(error instanceof AofFormatError)) throw error;
    throw new DamagedError(`${piece.key} is no append-only log: ${error.message}`, {
      cause: error,
    });
  }
  if (cut.boundary !== piece.to && cut.position === undefined) {
    throw new DamagedError(`${piece.key} ends in the middle of a command`);
  }
}

async function writeFile(
  path: string,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of content) await handle.writeFile(chunk);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
