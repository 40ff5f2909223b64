import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AofChangedError, AofRefusedError } from './errors.ts';
import { isGone, LogFile } from './log-file.ts';
import { type AofManifest, parseAofManifest } from './manifest-file.ts';

/** How often the manifest may change while it is read before that is strange. A rewrite changes it three times. */
const TRIES = 20;

/** The base that the server would load now, and the increment that follows it. */
export interface LocalBase {
  /** Undefined where the log begins with an empty data set. */
  readonly file: LogFile | undefined;
  readonly sequence: number;
}

/**
 * The server's append-only files, followed through rewrites. A rewrite begins with a new increment and ends with a new
 * base in front of it; the increments are one log all the while, of which each base is a shorter beginning. Files are
 * kept open for as long as they are needed, because Redis removes what a rewrite replaces.
 */
export class LocalLog {
  readonly #folder: string;
  #text: string;
  #base: LocalBase;
  /** Increments, oldest first; consecutive. */
  #files: LogFile[];
  #refreshing: Promise<void> = Promise.resolve();

  private constructor(folder: string, text: string, base: LocalBase, files: LogFile[]) {
    this.#folder = folder;
    this.#text = text;
    this.#base = base;
    this.#files = files;
  }

  /** @throws AofRefusedError where there are no append-only files, AofFormatError */
  static async open(folder: string): Promise<LocalLog> {
    for (let tries = 0; tries < TRIES; tries++) {
      const text = await readManifest(folder);
      const manifest = parseAofManifest(text);
      const opened = await openAll(folder, manifest);
      if (opened && (await readManifest(folder)) === text) {
        return new LocalLog(folder, text, opened.base, opened.files);
      }
      await close([opened?.base.file, ...(opened?.files ?? [])]);
    }
    throw new AofChangedError(`the manifest in ${folder} changes faster than it can be read`);
  }

  get base(): LocalBase {
    return this.#base;
  }

  get files(): readonly LogFile[] {
    return this.#files;
  }

  /** Whether there are more increments than one behind the base: a rewrite has begun, or failed. */
  get isRewriting(): boolean {
    return (this.#files.at(-1)?.sequence ?? 0) > this.#base.sequence;
  }

  /** The increment with this number; undefined where it is not open (any more). */
  file(sequence: number): LogFile | undefined {
    return this.#files.find((file) => file.sequence === sequence);
  }

  /**
   * Looks whether a rewrite began or ended.
   * @throws AofChangedError where what is there now does not continue what was followed
   */
  refresh(): Promise<void> {
    // One after the other: what is known after the second of two must have been read after it was asked for.
    this.#refreshing = this.#refreshing.catch(() => undefined).then(() => this.#refresh());
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    for (let tries = 0; tries < TRIES; tries++) {
      const text = await readManifest(this.#folder);
      if (text === this.#text) {
        if (await this.#files.at(-1)?.isInPlace()) return;
      } else if (await this.#follow(text, parseAofManifest(text))) return;
    }
    throw new AofChangedError(`the files in ${this.#folder} are not those that were followed`);
  }

  /** Closes increments before this one, but for those that follow the base. */
  async release(sequence: number): Promise<void> {
    const needed = Math.min(sequence, this.#base.sequence);
    await close(this.#files.filter((file) => file.sequence < needed));
    this.#files = this.#files.filter((file) => file.sequence >= needed);
  }

  /**
   * The base, opened once more for somebody who takes longer than it may stay; undefined for an empty data set.
   * @throws AofChangedError if it was replaced just now
   */
  async openBase(): Promise<LogFile | undefined> {
    const { file } = this.#base;
    if (!file) return undefined;
    const opened = await LogFile.open(this.#folder, file);
    if (opened) return opened;
    throw new AofChangedError(`${file.name} was replaced before it was opened`);
  }

  /** Bytes of increments that the server has removed, and whose space is held because they are open. */
  async heldBytes(): Promise<number> {
    return sumOf(this.#files.filter(({ sequence }) => sequence < this.#base.sequence));
  }

  /** Bytes of the files that the server would load. */
  async currentBytes(): Promise<number> {
    const { file, sequence } = this.#base;
    const increments = this.#files.filter((each) => each.sequence >= sequence);
    return sumOf(file ? [file, ...increments] : increments);
  }

  close(): Promise<void> {
    return close([this.#base.file, ...this.#files]);
  }

  /** False if the manifest changed once more in between. */
  async #follow(text: string, manifest: AofManifest): Promise<boolean> {
    const [first] = manifest.increments;
    const known = first && this.file(first.sequence);
    // Who switches the append-only file off and on again gets a base whose increment was never seen: commands are missing.
    if (!known || known.name !== first.name || !(await known.isInPlace())) {
      if ((await readManifest(this.#folder)) !== text) return false;
      throw new AofChangedError(
        'the append-only files begin anew: the file was switched off and on, or the data set was replaced',
      );
    }
    const newest = this.#files.at(-1)?.sequence ?? 0;
    const added = manifest.increments.filter(({ sequence }) => sequence > newest);
    const changed =
      first.sequence !== this.#base.sequence || manifest.base?.name !== this.#base.file?.name;
    const opened = await openAll(this.#folder, {
      base: changed ? manifest.base : undefined,
      increments: added,
    });
    if (!opened || (await readManifest(this.#folder)) !== text) {
      await close([opened?.base.file, ...(opened?.files ?? [])]);
      return false;
    }
    this.#files.push(...opened.files);
    if (changed) {
      await this.#base.file?.close();
      this.#base = { file: opened.base.file, sequence: first.sequence };
    }
    this.#text = text;
    return true;
  }
}

interface Opened {
  readonly base: LocalBase;
  readonly files: LogFile[];
}

/** Undefined if one of them is not there: then the manifest has changed since. */
async function openAll(folder: string, manifest: AofManifest): Promise<Opened | undefined> {
  const names = manifest.base ? [manifest.base, ...manifest.increments] : manifest.increments;
  const found = await Promise.all(names.map((name) => LogFile.open(folder, name)));
  const files = found.filter((file) => file !== undefined);
  if (files.length < found.length) {
    await close(files);
    return undefined;
  }
  const file = manifest.base && files.shift();
  return { base: { file, sequence: manifest.increments[0]?.sequence ?? 0 }, files };
}

async function readManifest(folder: string): Promise<string> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.manifest'));
    const [name, other] = names.filter((each) => !each.startsWith('temp'));
    if (name !== undefined && other === undefined)
      return await readFile(join(folder, name), 'utf8');
    if (other !== undefined) {
      throw new AofRefusedError(
        `${folder} has the append-only files of several servers (${name}, ${other}); remove those that no server uses`,
      );
    }
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  throw new AofRefusedError(
    `${folder} has no append-only files; set appendonly yes (Redis 7.0 or newer), and mount the volume of Redis' data directory there`,
  );
}

async function sumOf(files: readonly LogFile[]): Promise<number> {
  const sizes = await Promise.all(files.map((file) => file.size()));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function close(files: readonly (LogFile | undefined)[]): Promise<void> {
  await Promise.all(files.map((file) => file?.close()));
}
