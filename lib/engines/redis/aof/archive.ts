import { createHash } from 'node:crypto';
import {
  baseKey,
  type GenerationPlace,
  pieceKey,
  type StoredBase,
  type StoredPiece,
} from '../../../catalog/aof.ts';
import { DamagedError } from '../../../catalog/errors.ts';
import { compressed } from '../../../catalog/zstd.ts';
import { ObjectExistsError } from '../../../stores/errors.ts';
import { untilTaken } from '../../until-taken.ts';
import type { RedisRun } from '../run.ts';
import { AofChangedError, AofConflictError } from './errors.ts';
import type { LogFile } from './log-file.ts';
import { readAof } from './read.ts';

/** Puts one generation into the store, compressed, and tries until the store takes it. */
export class AofArchive {
  readonly place: GenerationPlace;
  readonly #run: Pick<RedisRun, 'store' | 'report'>;

  /** @param run its store locks what it writes, where the plan wants that */
  constructor(run: Pick<RedisRun, 'store' | 'report'>, place: GenerationPlace) {
    this.#run = run;
    this.place = place;
  }

  /**
   * @param file undefined for an empty data set
   * @param now when that was seen
   * @throws AofChangedError, AofConflictError; the signal's reason
   */
  async base(
    file: LogFile | undefined,
    sequence: number,
    now: Date,
    signal: AbortSignal,
  ): Promise<Omit<StoredBase, 'key' | 'storedBytes'>> {
    const size = (await file?.size()) ?? 0;
    const sha256 = file ? await file.digest(0, size, signal) : EMPTY_SHA256;
    const base = { sequence, writtenAt: file?.writtenAt ?? now, size, sha256 };
    await this.#put({ key: baseKey(this.place, base), ...base }, file, 0, signal);
    return base;
  }

  /**
   * @param start where the piece begins in its file
   * @throws AofChangedError, AofConflictError; the signal's reason
   */
  async piece(
    file: LogFile,
    start: number,
    piece: Omit<StoredPiece, 'key' | 'sha256' | 'storedBytes'>,
    signal: AbortSignal,
  ): Promise<void> {
    const size = piece.to - piece.from;
    const sha256 = await file.digest(start, start + size, signal);
    const key = pieceKey(this.place, { ...piece, sha256 });
    await this.#put({ key, size, sha256 }, file, start, signal);
  }

  #put(
    wanted: { readonly key: string; readonly size: number; readonly sha256: string },
    file: LogFile | undefined,
    start: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { key } = wanted;
    const { store, report } = this.#run;
    const body = () => compressed(file ? unchanged(file, start, wanted) : nothing());
    return untilTaken(report, key, signal, async () => {
      try {
        await store.put(key, body(), { signal });
      } catch (error) {
        if (!(error instanceof ObjectExistsError)) throw error;
        // Only an attempt whose answer was lost can have written it.
        await this.#compare(wanted, signal, error);
      }
    });
  }

  async #compare(
    wanted: { readonly key: string; readonly size: number; readonly sha256: string },
    signal: AbortSignal,
    cause: Error,
  ): Promise<void> {
    try {
      for await (const _ of readAof(this.#run.store, wanted, signal));
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      throw new AofConflictError(
        `${wanted.key} in ${this.#run.store.url} holds other bytes than its name says; nothing was replaced: find out who wrote it`,
        { cause },
      );
    }
  }
}

/** The bytes that the digest is of. @throws AofChangedError before their end if they are not */
async function* unchanged(
  file: LogFile,
  start: number,
  { size, sha256 }: { readonly size: number; readonly sha256: string },
): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const block of file.read(start, start + size)) {
    hash.update(block);
    yield block;
  }
  if (hash.digest('hex') !== sha256) {
    throw new AofChangedError(`${file.name} was changed behind byte ${start} while it was stored`);
  }
}

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

async function* nothing(): AsyncGenerator<Buffer> {}
