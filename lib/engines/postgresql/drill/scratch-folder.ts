import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Owner, RestoreTargetError } from '../../restore-target.ts';

import { createSocketFolder } from '../restore/private-configuration.ts';

/** Everything that a drill writes. */
export interface ScratchFolder {
  readonly path: string;
  /** Where the data goes; does not exist yet. */
  readonly data: string;
  readonly configuration: string;
  readonly socket: string;
  /** Undefined: the current user. */
  readonly owner: Owner | undefined;
  remove(): Promise<void>;
}

/** @param parent an existing directory @throws RestoreTargetError */
export async function createScratchFolder(
  parent: string,
  owner: Owner | undefined,
): Promise<ScratchFolder> {
  const folder = await mkdtemp(join(resolve(parent), 'tidemark-drill-')).catch((cause: Error) => {
    throw new RestoreTargetError(
      `cannot make a folder in ${parent}: ${cause.message}; name a directory that exists and has room for the data`,
      { cause },
    );
  });
  const made = [folder];
  const remove = async () => {
    for (const path of made) await rm(path, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const configuration = join(folder, 'server');
    await mkdir(configuration, { mode: 0o700 });
    if (owner) {
      for (const path of [folder, configuration]) await chown(path, owner.uid, owner.gid);
    }
    const socket = await createSocketFolder(owner);
    made.push(socket);
    return { path: folder, data: join(folder, 'data'), configuration, socket, owner, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
