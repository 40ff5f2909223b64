import { execFile } from 'node:child_process';
import { chown, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Owner, RestoreTargetError } from '../../restore-target.ts';
import { makeScratchFolder, type ScratchFolder } from '../../scratch-folder.ts';
import { createSocketFolder } from '../restore/private-configuration.ts';

/** Everything that is written for a server that only a drill or a load knows. */
export interface ClusterFolder extends ScratchFolder {
  /** Where the data goes; does not exist yet. */
  readonly data: string;
  readonly configuration: string;
  readonly socket: string;
}

/** @param parent an existing directory @throws RestoreTargetError */
export async function makeClusterFolder(
  parent: string,
  owner: Owner | undefined,
): Promise<ClusterFolder> {
  await requireAccount(owner);
  const folder = await makeScratchFolder(parent, owner);
  try {
    const configuration = join(folder.path, 'server');
    await mkdir(configuration, { mode: 0o700 });
    if (owner) await chown(configuration, owner.uid, owner.gid);
    const socket = await createSocketFolder(owner);
    const remove = async () => {
      await folder.remove();
      await rm(socket, { recursive: true, force: true, maxRetries: 5 });
    };
    return { ...folder, data: join(folder.path, 'data'), configuration, socket, remove };
  } catch (error) {
    await folder.remove();
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
