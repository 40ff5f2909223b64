import {
  chainOf,
  listGenerations,
  readGeneration,
  type StoredGeneration,
  type StoredPiece,
} from '../../../catalog/aof.ts';
import type { ObjectStore } from '../../../stores/store.ts';
import type { LocalLog } from './local-log.ts';
import type { LogFile } from './log-file.ts';
import type { ShippedTo } from './shipment.ts';

/** The newest generation of a source that has a base. */
export async function newestGeneration(
  store: ObjectStore,
  source: string,
): Promise<StoredGeneration | undefined> {
  for (const place of (await listGenerations(store, source)).reverse()) {
    const found = await readGeneration(store, place);
    if (found) return found;
  }
  return undefined;
}

/** So many equal bytes are no coincidence: two servers may well begin with the same commands. */
const ENOUGH_BYTES = 4096;

/**
 * Where the stored generation goes on in the files on disk; undefined if they are not its continuation. A machine that
 * lost power may have lost the end of a file that was stored already, and go on with something else.
 * @throws AofChangedError; the signal's reason
 */
export async function resumeAt(
  log: LocalLog,
  stored: StoredGeneration,
  signal: AbortSignal,
): Promise<ShippedTo | undefined> {
  const chain = chainOf(stored);
  const last = chain.at(-1);
  const at = last ? endOf(chain, last) : { sequence: stored.base.sequence, offset: 0, position: 0 };
  const file = log.file(at.sequence);
  if (!file || (await file.size()) < at.offset) return undefined;
  const proven =
    log.base.sequence === stored.base.sequence
      ? await sameBase(log.base.file, stored, signal)
      : at.offset >= ENOUGH_BYTES;
  return proven && (await samePieces(file, chain, at, signal)) ? at : undefined;
}

/** The pieces of one file of the server's follow each other, so its beginning lies where the first of them begins. */
function endOf(chain: readonly StoredPiece[], last: StoredPiece): ShippedTo {
  const first = chain.find(({ sequence }) => sequence === last.sequence) ?? last;
  return { sequence: last.sequence, offset: last.to - first.from, position: last.to };
}

async function samePieces(
  file: LogFile,
  chain: readonly StoredPiece[],
  at: ShippedTo,
  signal: AbortSignal,
): Promise<boolean> {
  const start = at.position - at.offset;
  for (const piece of chain.filter(({ sequence }) => sequence === at.sequence)) {
    const found = await file.digest(piece.from - start, piece.to - start, signal);
    if (found !== piece.sha256) return false;
  }
  return true;
}

async function sameBase(
  file: LogFile | undefined,
  { base }: StoredGeneration,
  signal: AbortSignal,
): Promise<boolean> {
  const size = (await file?.size()) ?? 0;
  if (size !== base.size) return false;
  return file === undefined || (await file.digest(0, size, signal)) === base.sha256;
}
