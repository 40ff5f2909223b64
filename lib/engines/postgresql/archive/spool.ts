import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { PostgresqlRun } from '../run.ts';

/**
 * A private folder of one cluster and store, in which one call leaves word for the next ones. It may be lost at any time:
 * then they do again what was done.
 */
export class Spool {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Undefined where there is none yet. @param use what it is for, such as `push` */
  static async find(run: PostgresqlRun, systemId: string, use: string): Promise<Spool | undefined> {
    const folder = spoolFolder(run, systemId, use);
    return (await isPrivate(folder)) ? new Spool(folder) : undefined;
  }

  /** Makes it where it is missing. Undefined where it cannot be made, or would be another user's. */
  static async make(run: PostgresqlRun, systemId: string, use: string): Promise<Spool | undefined> {
    const folder = spoolFolder(run, systemId, use);
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch(() => undefined);
    return (await isPrivate(folder)) ? new Spool(folder) : undefined;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** What was left under this name, which is removed; undefined if nothing was. */
  async take(name: string): Promise<string | undefined> {
    const text = await readFile(this.path(name), 'utf8').catch(() => undefined);
    await this.remove(name);
    return text;
  }

  /** Leaves these texts in the place of everything that was left before. */
  async leave(texts: ReadonlyMap<string, string>): Promise<void> {
    await this.keepOnly(new Set(texts.keys()));
    for (const [name, text] of texts) {
      await writeFile(this.path(name), text, { mode: 0o600 }).catch(() => undefined);
    }
  }

  async remove(name: string): Promise<void> {
    await rm(this.path(name), { force: true });
  }

  /** Removes everything but what has one of these names. */
  async keepOnly(names: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.folder)) {
      if (!names.has(name)) await this.remove(name);
    }
  }
}

/** Not below a name of the store alone: what was said of one cluster is not true of another one. */
function spoolFolder({ store, compiled, source }: PostgresqlRun, systemId: string, use: string) {
  const place = createHash('sha256').update(store.url).digest('hex').slice(0, 16);
  const name = `${compiled.plan}.${compiled.environment}.${source.name}`;
  const user = `tidemark-${process.getuid?.() ?? 'user'}`;
  return join(tmpdir(), user, `${name}.${place}.${systemId}.${use}`);
}

/**
 * A temporary folder is everybody's: what somebody else can write to says nothing, and what somebody else can exchange
 * for a link may be anything, in which files are removed.
 */
async function isPrivate(folder: string): Promise<boolean> {
  for (const path of [dirname(folder), folder]) {
    const found = await lstat(path).catch(() => undefined);
    if (!found?.isDirectory()) return false;
    if (found.uid !== process.getuid?.() || (found.mode & 0o077) !== 0) return false;
  }
  return true;
}
