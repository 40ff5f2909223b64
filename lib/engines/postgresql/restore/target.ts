import { chmod, lchown, mkdir, open, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, parse, resolve } from 'node:path';
import { RestoreTargetError } from './errors.ts';
import { DIRECTORY_MODE, type Owner } from './extract.ts';

/** Written first and removed last: a directory that holds it is not a database. */
const INCOMPLETE = 'TIDEMARK-INCOMPLETE';

/** Folders of one restore. Nothing else is written, save a socket in the system's temporary folder. */
export interface Target {
  readonly dataDir: string;
  /** One folder below it for each tablespace. */
  readonly tablespaces: string;
  /** WAL and settings of the recovery; removed in any case. */
  readonly staging: string;
  /** Undefined: the current user. */
  readonly owner: Owner | undefined;
}

interface TargetOptions {
  readonly target: string;
  /** Asked for explicitly. */
  readonly owner?: Owner;
  /** Whom the plan's server runs as. */
  readonly planOwner: Owner;
}

/**
 * Looks whether a restore can go here, without changing anything.
 * @throws RestoreTargetError
 */
export async function inspectTarget(options: TargetOptions): Promise<Target> {
  const dataDir = resolve(options.target);
  const owner = chooseOwner(options);
  const parent = dirname(dataDir);
  const parentStat = await stat(parent).catch(() => undefined);
  if (!parentStat?.isDirectory()) {
    throw new RestoreTargetError(`${parent} is no directory; create it, then restore again`);
  }
  await refuseContents(dataDir);
  const tablespaces = `${dataDir}_tablespaces`;
  await refuseContents(tablespaces);
  if (owner) await refuseUnreachable(parent, owner);
  return { dataDir, tablespaces, staging: `${dataDir}.recovery`, owner };
}

/** Who shall own what is restored; undefined = the current user. @throws RestoreTargetError */
export function chooseOwner({
  owner,
  planOwner,
}: Pick<TargetOptions, 'owner' | 'planOwner'>): Owner | undefined {
  const uid = process.getuid?.();
  if (uid === 0) {
    const chosen = owner ?? planOwner;
    if (chosen.uid === 0) {
      throw new RestoreTargetError('PostgreSQL refuses to run as root; name another owner');
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

async function refuseContents(directory: string): Promise<void> {
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

/** @throws RestoreTargetError if the file system of the target has not that many bytes left */
export async function requireSpace(target: Target, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(target.dataDir));
  const free = bavail * bsize;
  if (free < bytes) {
    throw new RestoreTargetError(
      `${dirname(target.dataDir)} has ${mebibytes(free)} free; data and WAL of this restore need ${mebibytes(bytes)}`,
    );
  }
}

/** Creates the folders and marks the data directory as unfinished. @throws RestoreTargetError */
export async function createTarget(target: Target, what: string): Promise<void> {
  try {
    await createOwned(target.dataDir, target.owner);
  } catch (cause) {
    throw new RestoreTargetError(
      `cannot prepare ${target.dataDir}: ${(cause as Error).message}; name a folder below it if it is the root of a volume`,
      { cause },
    );
  }
  await writeFile(
    join(target.dataDir, INCOMPLETE),
    `A restore of ${what} began here and did not finish. Remove this directory and restore again.\n`,
    { mode: 0o600 },
  );
  await refuseForeignStaging(target.staging);
  await rm(target.staging, { recursive: true, force: true });
  await createOwned(target.staging, target.owner);
  await writeFile(join(target.staging, INCOMPLETE), '');
}

async function refuseForeignStaging(staging: string): Promise<void> {
  const names = await readdir(staging).catch((): string[] => []);
  if (names.length > 0 && !names.includes(INCOMPLETE)) {
    throw new RestoreTargetError(
      `${staging} is needed for the WAL of the recovery and holds something else; move it away`,
    );
  }
}

async function createOwned(directory: string, owner: Owner | undefined): Promise<void> {
  await mkdir(directory, { recursive: true });
  if (owner) await lchown(directory, owner.uid, owner.gid);
  await chmod(directory, DIRECTORY_MODE);
}

/** The data directory is a database from here on. */
export async function completeTarget(target: Target): Promise<void> {
  await rm(join(target.dataDir, INCOMPLETE));
  const directory = await open(target.dataDir);
  await directory.sync().finally(() => directory.close());
}

export async function removeStaging(target: Target): Promise<void> {
  const names = await readdir(target.staging).catch((): string[] => []);
  if (names.includes(INCOMPLETE)) await rm(target.staging, { recursive: true, force: true });
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 1024 / 1024)} MiB`;
