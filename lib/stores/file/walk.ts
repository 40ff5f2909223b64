import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isObjectName } from '../object-key.ts';
import type { ObjectInfo } from '../store.ts';
import { attempt, systemCode } from './errors.ts';

/** Names of a directory that belong to objects, in the order of their keys: directories end in `/`. */
export async function entries(folder: string): Promise<string[]> {
  const found = await attempt(`list ${folder}`, async () => {
    try {
      return await readdir(folder, { withFileTypes: true });
    } catch (error) {
      const code = systemCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return [];
      throw error;
    }
  });
  return found.filter(belongs).map(nameOf).sort(byBytes);
}

/** Objects below `prefix` whose key comes after `after`, in byte order of their keys. */
export async function* walk(
  root: string,
  prefix: string,
  after: string,
): AsyncGenerator<ObjectInfo> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  yield* below(root, folder, prefix, after);
}

async function* below(
  root: string,
  folder: string,
  prefix: string,
  after: string,
): AsyncGenerator<ObjectInfo> {
  for (const name of await entries(join(root, folder))) {
    const key = folder + name;
    if (!key.startsWith(prefix) && !prefix.startsWith(key)) continue;
    if (name.endsWith('/')) {
      // Every key below a directory that sorts before `after`, and does not lead to it, does so too.
      if (key > after || after.startsWith(key)) yield* below(root, key, prefix, after);
      continue;
    }
    if (key <= after || !key.startsWith(prefix)) continue;
    const info = await inspect(root, key);
    if (info) yield info;
  }
}

/** Undefined if there is no such object. */
export async function inspect(root: string, key: string): Promise<ObjectInfo | undefined> {
  const path = join(root, key);
  return attempt(`look at ${path}`, async () => {
    try {
      const stat = await lstat(path);
      return stat.isFile() ? { key, size: stat.size, lastModified: stat.mtime } : undefined;
    } catch (error) {
      const code = systemCode(error);
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw error;
    }
  });
}

const belongs = (entry: Dirent): boolean =>
  isObjectName(entry.name) && (entry.isFile() || entry.isDirectory());

const nameOf = (entry: Dirent): string => (entry.isDirectory() ? `${entry.name}/` : entry.name);

/** Keys are ASCII, whose code units are its bytes. */
const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
