import { readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import {
  beginDirectory,
  chooseOwner,
  createOwned,
  INCOMPLETE,
  type Owner,
  RestoreTargetError,
  refuseContents,
  requireFree,
  requireReachable,
} from '../../restore-target.ts';

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
  const tablespaces = `${dataDir}_tablespaces`;
  await requireReachable(dataDir, owner);
  await refuseContents(dataDir);
  await refuseContents(tablespaces);
  return { dataDir, tablespaces, staging: `${dataDir}.recovery`, owner };
}

/** @throws RestoreTargetError if the file system of the target has not that many bytes left */
export const requireSpace = ({ dataDir }: Target, bytes: number): Promise<void> =>
  requireFree(dirname(dataDir), bytes, 'data and WAL of this restore');

/** Creates the folders and marks the data directory as unfinished. @throws RestoreTargetError */
export async function createTarget(target: Target, what: string): Promise<void> {
  await beginDirectory(target.dataDir, target.owner, what);
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

export async function removeStaging(target: Target): Promise<void> {
  const names = await readdir(target.staging).catch((): string[] => []);
  if (names.includes(INCOMPLETE)) await rm(target.staging, { recursive: true, force: true });
}
