import { chown, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Owner } from '../../restore-target.ts';

import type { PrivateFolders } from './private-settings.ts';

/** Trusted because only the owner can enter the socket's folder. */
const HBA = 'local all all trust\n';

interface ConfigurationPlace {
  /** An existing folder that the owner can read. */
  readonly folder: string;
  readonly socket: string;
  readonly owner: Owner | undefined;
}

/** Writes the files that a server of ours is configured with. Returns the main one. */
export async function writeConfiguration(
  { folder, socket, owner }: ConfigurationPlace,
  settings: (folders: PrivateFolders) => string,
): Promise<string> {
  const file = (name: string) => join(folder, name);
  const folders = { socket, hba: file('hba.conf'), ident: file('ident.conf') };
  await writeOwned(folders.hba, HBA, owner);
  await writeOwned(folders.ident, '', owner);
  await writeOwned(file('postgresql.conf'), settings(folders), owner);
  return file('postgresql.conf');
}

/** In the system's temporary folder, because the name of a socket may not be long. The caller removes it. */
export async function createSocketFolder(owner: Owner | undefined): Promise<string> {
  const socket = await mkdtemp(join(tmpdir(), `tidemark-${process.pid}-`));
  if (owner) await chown(socket, owner.uid, owner.gid);
  return socket;
}

export async function writeOwned(
  path: string,
  content: string | Uint8Array,
  owner: Owner | undefined,
): Promise<void> {
  await writeFile(path, content, { mode: 0o600 });
  if (owner) await chown(path, owner.uid, owner.gid);
}
