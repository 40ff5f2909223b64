import { chmod, lchown, mkdir, open, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';

/** A restore was refused or failed. The message says what to do; `cause` holds what lies below. */
export class RestoreError extends Error {
  override readonly name: string = 'RestoreError';
}

/** The target directory cannot take a restore. Nothing was written. */
export class RestoreTargetError extends RestoreError {
  override readonly name: string = 'RestoreTargetError';
}

/** The file system of the target has too little room. Nothing was written. */
export class NoRoomError extends RestoreTargetError {
  override readonly name = 'NoRoomError';
  readonly neededBytes: number;

  constructor(message: string, neededBytes: number, options?: ErrorOptions) {
    super(message, options);
    this.neededBytes = neededBytes;
  }
}

/** The file system of the target filled up while a restore wrote to it. */
export class TargetFullError extends RestoreError {
  override readonly name = 'TargetFullError';
}

/** Who owns what is restored. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** What servers create their data directories with. */
const DIRECTORY_MODE = 0o700;

/** Written first and removed last: a directory that holds it is not a database. */
export const INCOMPLETE = 'TIDEMARK-INCOMPLETE';

interface OwnerOptions {
  /** Asked for explicitly. */
  readonly owner?: Owner;
  /** Whom the plan's server runs as. */
  readonly planOwner: Owner;
}

/** Who shall own what is restored; undefined = the current user. @throws RestoreTargetError */
export function chooseOwner({ owner, planOwner }: OwnerOptions): Owner | undefined {
  const uid = process.getuid?.();
  if (uid === 0) {
    const chosen = owner ?? planOwner;
    if (chosen.uid === 0) {
      throw new RestoreTargetError('the server must not run as root; name another owner');
    }
    return chosen;
  }
  if (owner && owner.uid !== uid) {
    throw new RestoreTargetError(
      `only root can give files to uid ${owner.uid}; restore as that user, or leave the owner out`,
    );
  }
  return undefined;
}

/** @throws RestoreTargetError unless the directory is empty or does not exist */
export async function refuseContents(directory: string): Promise<void> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw new RestoreTargetError(
      error.code === 'ENOTDIR'
        ? `${directory} is a file; name a directory that is empty or does not exist`
        : `cannot read ${directory}: ${error.message}`,
      { cause: error },
    );
  });
  if (names.length === 0) return;
  throw new RestoreTargetError(
    names.includes(INCOMPLETE)
      ? `${directory} holds a restore that did not finish (${INCOMPLETE}); it is not a usable database: remove it, then restore again`
      : `${directory} is not empty (it holds ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}); name a directory that is empty or does not exist`,
  );
}

/** @throws RestoreTargetError unless the directory above exists and its owner can reach it */
export async function requireReachable(path: string, owner: Owner | undefined): Promise<void> {
  const parent = dirname(path);
  const parentStat = await stat(parent).catch(() => undefined);
  if (!parentStat?.isDirectory()) {
    throw new RestoreTargetError(`${parent} is no directory; create it, then restore again`);
  }
  if (owner) await refuseUnreachable(parent, owner);
}

/** The server runs as the owner and has to pass through every folder above its data. */
async function refuseUnreachable(directory: string, owner: Owner): Promise<void> {
  for (let at = directory; ; at = dirname(at)) {
    const { mode, uid, gid } = await stat(at);
    const bit = uid === owner.uid ? 0o100 : gid === owner.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) {
      throw new RestoreTargetError(
        `uid ${owner.uid}, who shall own the data, cannot enter ${at}; restore below a folder that it can reach`,
      );
    }
    if (at === parse(at).root) return;
  }
}

/** @param what such as `data and WAL of this restore` @throws NoRoomError if less than that many bytes are free */
export async function requireFree(directory: string, bytes: number, what: string): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  if (free < bytes) {
    throw new NoRoomError(
      `${directory} has ${mebibytes(free)} free; ${what} need ${mebibytes(bytes)}`,
      bytes,
    );
  }
}

/** Creates the data directory and marks it as unfinished. @throws RestoreTargetError */
export async function beginDirectory(
  directory: string,
  owner: Owner | undefined,
  what: string,
): Promise<void> {
  try {
    await createOwned(directory, owner);
  } catch (cause) {
    throw new RestoreTargetError(
      `cannot prepare ${directory}: ${(cause as Error).message}; name a folder below it if it is the root of a volume`,
      { cause },
    );
  }
  await mark(directory, what);
}

/** Of two restores into one directory, both of which found it empty, the second one ends here. */
async function mark(directory: string, what: string): Promise<void> {
  const text = `A restore of ${what} began here and did not finish. Remove this directory and restore again.\n`;
  try {
    await writeFile(join(directory, INCOMPLETE), text, { mode: 0o600, flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new RestoreTargetError(
      `another restore began in ${directory} at the same time; name another directory`,
      { cause },
    );
  }
}

/** A directory with the server's mode and owner. */
export async function createOwned(directory: string, owner: Owner | undefined): Promise<void> {
  await mkdir(directory, { recursive: true });
  if (owner) await lchown(directory, owner.uid, owner.gid);
  await chmod(directory, DIRECTORY_MODE);
}

/** An error of a full file system, or of a used up quota, says what filled up; every other one is as it was. */
export function explainFull(error: unknown, directory: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new TargetFullError(
    `no room is left for ${directory} (${code}); something else wrote to its file system meanwhile: remove the directory, make room, then restore again`,
    { cause: error },
  );
}

/** The data directory is a database from here on. */
export async function completeDirectory(path: string): Promise<void> {
  await rm(join(path, INCOMPLETE));
  const directory = await open(path);
  await directory.sync().finally(() => directory.close());
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1024 / 1024)} MiB`;
