import { execFile } from 'node:child_process';
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
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
  await requireAccount(owner);
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

/** PostgreSQL's programs refuse to run as somebody who has no name. Looked at first, as a restore may take hours. */
async function requireAccount(owner: Owner | undefined): Promise<void> {
  try {
    await promisify(execFile)('id', ['-un'], { ...(owner ?? {}) });
  } catch (error) {
    // Of a machine without this program nothing is known.
    if (!(error instanceof Error && 'code' in error && error.code === 1)) return;
    const uid = owner?.uid ?? process.getuid?.();
    throw new RestoreTargetError(
      `uid ${uid} has no account on this machine, and PostgreSQL runs only as somebody who has; ${owner ? 'run this as another user than root, or ' : ''}make one: useradd --system --no-create-home --uid ${uid} tidemark-restore`,
    );
  }
}
