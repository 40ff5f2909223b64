import { chown, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Owner, RestoreTargetError } from './restore-target.ts';

/** A folder of a drill's own, which goes with everything in it. */
export interface ScratchFolder {
  readonly path: string;
  /** Undefined: the current user. */
  readonly owner: Owner | undefined;
  remove(): Promise<void>;
}

/** @param parent an existing directory @throws RestoreTargetError */
export async function makeScratchFolder(
  parent: string,
  owner: Owner | undefined,
): Promise<ScratchFolder> {
  const path = await mkdtemp(join(resolve(parent), 'tidemark-drill-')).catch((cause: Error) => {
    throw new RestoreTargetError(
      `cannot make a folder in ${parent}: ${cause.message}; name a directory that exists and has room for the data`,
      { cause },
    );
  });
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 5 });
  try {
    if (owner) await chown(path, owner.uid, owner.gid);
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, owner, remove };
}
