import { type FileHandle, lstat, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  ObjectExistsError,
  ObjectNotFoundError,
  StoreError,
  StoreNotFoundError,
  StoreUrlError,
} from './errors.ts';
import { attempt, systemCode } from './file/errors.ts';
import { Staging } from './file/staging.ts';
import { entries, inspect, walk } from './file/walk.ts';
import { checkKey, checkPrefix } from './object-key.ts';
import { BufferPool, MIB } from './parts.ts';
import { Slots } from './slots.ts';
import type {
  GetOptions,
  ListOptions,
  ObjectInfo,
  ObjectStore,
  PutOptions,
  WrittenObject,
} from './store.ts';
import { writeParts } from './write-parts.ts';

/** The same parts as S3's, so that verification does not depend on where a backup is kept. */
const PART_BYTES = 8 * MIB;
/** More than two writes at once do not make a disk faster. */
const WRITES_AT_ONCE = 2;

/** Objects are files of one directory; keys are their paths below it. */
export class FileStore implements ObjectStore {
  readonly url: string;
  readonly #root: string;
  readonly #staging: Staging;
  readonly #pool = new BufferPool(PART_BYTES, WRITES_AT_ONCE + 1);
  readonly #slots = new Slots(WRITES_AT_ONCE);

  private constructor(root: string) {
    this.#root = root;
    this.url = pathToFileURL(root).href;
    this.#staging = new Staging(root);
  }

  /** @throws StoreUrlError if the URL is not `file:///absolute/directory` */
  static open(url: URL): FileStore {
    if (url.host !== '' || url.search !== '' || url.hash !== '' || url.pathname.length < 2) {
      throw new StoreUrlError(
        `${url.href} is not the URL of a directory; write file:///absolute/directory, without a host and parameters`,
      );
    }
    return new FileStore(fileURLToPath(url).replace(/\/+$/, ''));
  }

  async put(
    key: string,
    body: AsyncIterable<Uint8Array>,
    { signal }: PutOptions = {},
  ): Promise<WrittenObject> {
    checkKey(key);
    signal?.throwIfAborted();
    if (await inspect(this.#root, key)) {
      throw new ObjectExistsError(`${key} exists already in ${this.url}; objects are written once`);
    }
    const staged = await this.#staging.create();
    try {
      const options = { pool: this.#pool, slots: this.#slots, signal };
      const written = await writeParts(body, options, (part) =>
        staged.write(part.bytes, part.offset),
      );
      signal?.throwIfAborted();
      await staged.commit(join(this.#root, key), key);
      return { key, ...written };
    } finally {
      await staged.discard();
    }
  }

  async get(key: string, { start = 0, end, signal }: GetOptions = {}): Promise<Readable> {
    checkKey(key);
    const path = join(this.#root, key);
    const handle = await attempt(`open ${path}`, () => this.#open(path, key));
    const { size } = await attempt(`look at ${path}`, () => handle.stat());
    if (start > 0 && start >= size) {
      await handle.close();
      throw new StoreError(`${key} has ${size} bytes; nothing starts at byte ${start}`);
    }
    const source = handle.createReadStream({ start, ...(end !== undefined && { end }) });
    const stream = Readable.from(explained(source, path), { objectMode: false });
    stream.once('close', () => source.destroy());
    return signal ? addAbortSignal(signal, stream) : stream;
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    checkKey(key);
    return inspect(this.#root, key);
  }

  async *list(prefix: string, { startAfter = '' }: ListOptions = {}): AsyncGenerator<ObjectInfo> {
    checkPrefix(prefix);
    await this.#parentExists();
    yield* walk(this.#root, prefix, startAfter);
  }

  async *listNames(prefix: string): AsyncGenerator<string> {
    checkPrefix(prefix);
    await this.#parentExists();
    const slash = prefix.lastIndexOf('/') + 1;
    const begin = prefix.slice(slash);
    for (const name of await entries(join(this.#root, prefix.slice(0, slash)))) {
      if (name.endsWith('/') && name.startsWith(begin)) yield name.slice(begin.length);
    }
  }

  async check(): Promise<void> {
    const staged = await this.#staging.create();
    try {
      await staged.write(Buffer.from('check'), 0);
    } finally {
      await staged.discard();
    }
  }

  async close(): Promise<void> {}

  async #open(path: string, key: string): Promise<FileHandle> {
    try {
      const handle = await open(path, 'r');
      if ((await handle.stat()).isFile()) return handle;
      await handle.close();
    } catch (error) {
      const code = systemCode(error);
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    }
    throw new ObjectNotFoundError(`there is no ${key} in ${this.url}`);
  }

  /** A store that nothing was written to yet is empty; one whose disk is not mounted is an error. */
  async #parentExists(): Promise<void> {
    const parent = dirname(this.#root);
    await attempt(`look at ${parent}`, () => lstat(parent)).catch((cause: StoreError) => {
      if (!(cause instanceof StoreNotFoundError)) throw cause;
      const remedy = "create it, mount it or correct the store's URL";
      throw new StoreNotFoundError(`${parent} does not exist; ${remedy}`, { cause });
    });
  }
}

async function* explained(source: Readable, path: string): AsyncGenerator<Buffer> {
  const chunks = source.iterator();
  for (;;) {
    const next = await attempt(`read ${path}`, () => chunks.next());
    if (next.done) return;
    yield next.value;
  }
}
