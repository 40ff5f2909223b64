import { randomUUID } from 'node:crypto';
import { type FileHandle, link, lstat, mkdir, open, readdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ObjectExistsError, StoreError } from '../errors.ts';
import { attempt, systemCode } from './errors.ts';
import { makeFolders, makeRoot, sync } from './folders.ts';

/** Where objects grow until they are whole, in the store's own file system. No key can name it. */
const FOLDER = '.incoming';

/** A running write changes its file all the time; one that did not for so long has lost its writer. */
const STALE_AFTER_MS = 24 * 3600 * 1000;

/** Makes files that appear under their name whole and durable, or not at all. */
export class Staging {
  readonly #root: string;
  readonly #folder: string;
  #prepared: Promise<void> | undefined;

  constructor(root: string) {
    this.#root = root;
    this.#folder = join(root, FOLDER);
  }

  async create(): Promise<StagedFile> {
    this.#prepared ??= this.#prepare();
    await this.#prepared.catch((error) => {
      this.#prepared = undefined;
      throw error;
    });
    const path = join(this.#folder, randomUUID());
    return attempt(
      `create ${path}`,
      async () => new StagedFile(path, await open(path, 'wx', 0o640)),
    );
  }

  #prepare(): Promise<void> {
    return attempt(`prepare ${this.#root}`, async () => {
      await makeRoot(this.#root);
      await mkdir(this.#folder, { recursive: true });
      await this.#removeStale();
    });
  }

  async #removeStale(): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      try {
        const { mtimeMs } = await lstat(path);
        if (Date.now() - mtimeMs > STALE_AFTER_MS) await unlink(path);
      } catch (error) {
        // Finished, or removed by another writer, in the meantime.
        if (systemCode(error) !== 'ENOENT') throw error;
      }
    }
  }
}

/** A file that has no name among the objects yet. */
export class StagedFile {
  readonly #path: string;
  readonly #handle: FileHandle;

  constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    await attempt(`write ${this.#path}`, async () => {
      for (let done = 0; done < bytes.byteLength; ) {
        const { bytesWritten } = await this.#handle.write(bytes, done, null, position + done);
        done += bytesWritten;
      }
      // On the disk while the next part arrives, or the last sync would have to wait for everything.
      await this.#handle.datasync();
    });
  }

  /**
   * Gives the file its name. A link, unlike a rename, never replaces what another writer put there.
   * @throws ObjectExistsError
   */
  async commit(path: string, key: string): Promise<void> {
    await attempt(`store ${path}`, async () => {
      await this.#handle.sync();
      await makeFolders(dirname(path));
      try {
        await link(this.#path, path);
      } catch (cause) {
        throw await refusal(cause, path, key);
      }
      await sync(dirname(path));
    });
  }

  /** Removes what was staged; the object, if there is one, keeps its own name. */
  async discard(): Promise<void> {
    await attempt(`remove ${this.#path}`, async () => {
      await this.#handle.close();
      await unlink(this.#path);
    });
  }
}

async function refusal(cause: unknown, path: string, key: string): Promise<unknown> {
  switch (systemCode(cause)) {
    case 'EEXIST':
      return (await lstat(path)).isDirectory()
        ? new StoreError(`${path} is a directory of other objects; use another key`, { cause })
        : new ObjectExistsError(`${key} exists already in ${path}; objects are written once`, {
            cause,
          });
    case 'EPERM':
    case 'ENOTSUP':
    case 'EOPNOTSUPP':
    case 'ENOSYS':
      return new StoreError(
        `the file system of ${path} has no hard links, without which writing once cannot be promised; use another`,
        { cause },
      );
    default:
      return cause;
  }
}
