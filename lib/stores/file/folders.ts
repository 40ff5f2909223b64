import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { StoreNotFoundError } from '../errors.ts';
import { systemCode } from './errors.ts';

/** Creates the store's own directory unless it is there; what is above it must be. */
export async function makeRoot(root: string): Promise<void> {
  try {
    await mkdir(root);
    await sync(dirname(root));
  } catch (cause) {
    if (systemCode(cause) === 'EEXIST') return;
    if (systemCode(cause) !== 'ENOENT') throw cause;
    throw new StoreNotFoundError(
      `${dirname(root)} does not exist; create it, mount it or correct the store's URL`,
      { cause },
    );
  }
}

/** Creates a directory and those above it, so that they outlive a power failure. */
export async function makeFolders(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  // A new directory lasts once the one that names it was written.
  for (let at = path; at.length >= first.length; at = dirname(at)) await sync(dirname(at));
}

/** Forces a directory's entries to the disk. */
export async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
