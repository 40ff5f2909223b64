import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, chown, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { openFile } from '../../lib/catalog/files.ts';
import type { PhysicalManifest } from '../../lib/catalog/manifest.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import type { Account } from './postgres-install.ts';

const run = promisify(execFile);

/**
 * Unpacks a backup with nothing but `tar`, as somebody without Tidemark would: `data` and one folder per tablespace
 * below `folder`, with the backup's own WAL in place. Returns the data directory.
 */
export async function unpackBackup(
  store: ObjectStore,
  manifest: PhysicalManifest,
  folder: string,
  owner: Account,
): Promise<string> {
  const dataDir = join(folder, 'data');
  await mkdir(dataDir);
  const { tablespaces } = manifest.position;
  for (const file of manifest.files) {
    const name = file.name.replace(/\.zst$/, '');
    const body = Readable.from(openFile(store, manifest, file));
    if (name.endsWith('.tar')) {
      const tablespace = tablespaces.find((candidate) => candidate.file === file.name);
      const into = tablespace ? join(folder, tablespace.oid) : dataDir;
      await mkdir(into, { recursive: true });
      const tar = join(folder, 'archive.tar');
      await pipeline(body, createWriteStream(tar));
      await run('tar', ['-xf', tar, '-C', into]);
    } else {
      const path = join(dataDir, name.replace(/^wal\//, 'pg_wal/'));
      await mkdir(join(dataDir, 'pg_wal'), { recursive: true });
      await pipeline(body, createWriteStream(path));
    }
  }
  for (const { oid } of tablespaces) {
    await symlink(join(folder, oid), join(dataDir, 'pg_tblspc', oid));
  }
  await handOver(folder, owner);
  return dataDir;
}

/** Says where the tablespaces are now; without this the server would use those of the original. */
export async function relocateTablespaces(
  manifest: PhysicalManifest,
  folder: string,
): Promise<void> {
  const lines = manifest.position.tablespaces.map(({ oid }) => `${oid} ${join(folder, oid)}\n`);
  await writeFile(join(folder, 'data', 'tablespace_map'), lines.join(''));
}

async function handOver(folder: string, { uid, gid }: Account): Promise<void> {
  await chown(folder, uid, gid);
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await handOver(path, { uid, gid });
    else if (entry.isFile()) await chown(path, uid, gid);
  }
}
