import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AofChangedError } from './errors.ts';
import type { AofFileName } from './manifest-file.ts';

const BLOCK_BYTES = 256 * 1024;

/** Codes of a file that is not there, or of a handle whose file was removed on a network file system. */
const GONE = ['ENOENT', 'ESTALE'];

/** An open file of the server's: its bytes can be read for as long as it is open, also when the server removed it. */
export class LogFile {
  readonly name: string;
  readonly sequence: number;
  /** When the server wrote it last, seen as it was opened. */
  readonly writtenAt: Date;
  readonly #folder: string;
  readonly #handle: FileHandle;
  readonly #inode: number;

  private constructor(
    folder: string,
    { name, sequence }: AofFileName,
    handle: FileHandle,
    found: { readonly ino: number; readonly mtime: Date },
  ) {
    this.name = name;
    this.sequence = sequence;
    this.writtenAt = found.mtime;
    this.#folder = folder;
    this.#handle = handle;
    this.#inode = found.ino;
  }

  /** Undefined if there is no such file (any more). */
  static async open(folder: string, file: AofFileName): Promise<LogFile | undefined> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(join(folder, file.name), 'r');
      return new LogFile(folder, file, handle, await handle.stat());
    } catch (error) {
      await handle?.close();
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  /** Bytes that it has now. */
  async size(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  /** Whether its name still leads to it: a folder that was put in the place of another one may name its files alike. */
  async isInPlace(): Promise<boolean> {
    try {
      return (await stat(join(this.#folder, this.name))).ino === this.#inode;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  /**
   * The bytes from `from` up to `to`, each block of which is only there until the next one is asked for.
   * @throws AofChangedError where there are fewer
   */
  async *read(from: number, to: number): AsyncGenerator<Buffer> {
    const block = Buffer.allocUnsafeSlow(Math.min(BLOCK_BYTES, Math.max(0, to - from)));
    for (let at = from; at < to; ) {
      const wanted = Math.min(block.length, to - at);
      const { bytesRead } = await this.#handle.read(block, 0, wanted, at);
      if (bytesRead === 0) {
        throw new AofChangedError(`${this.name} became shorter: it ends at byte ${at}, not ${to}`);
      }
      at += bytesRead;
      yield block.subarray(0, bytesRead);
    }
  }

  /** SHA-256 of the bytes from `from` up to `to`. @throws AofChangedError; the signal's reason */
  async digest(from: number, to: number, signal?: AbortSignal): Promise<string> {
    const hash = createHash('sha256');
    for await (const block of this.read(from, to)) {
      signal?.throwIfAborted();
      hash.update(block);
    }
    return hash.digest('hex');
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

export const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && GONE.includes(String(error.code));
