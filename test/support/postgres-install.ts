import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type LaterVersion, laterPrograms } from './postgres-debian.ts';
import { POSTGRESQL_15 } from './servers.ts';

export type ServerVersion = 15 | LaterVersion;

/** Account that a server runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Folder of the server's and the clients' programs. */
export function postgresPrograms(version: ServerVersion): string {
  const folder = version === 15 ? POSTGRESQL_15 : laterPrograms(version);
  if (!existsSync(join(folder, 'postgres'))) {
    throw new Error(`PostgreSQL ${version} is not in ${folder}: run \`npm run servers\``);
  }
  return folder;
}

/** Servers refuse root: then the account `postgres`, or `nobody` where there is none. */
export async function serverAccount(): Promise<Account> {
  const uid = process.getuid?.() ?? 0;
  if (uid !== 0) return { uid, gid: process.getgid?.() ?? 0 };
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , userId, groupId] = lines.find((fields) => fields[0] === name) ?? [];
    if (userId !== undefined && groupId !== undefined) {
      return { uid: Number(userId), gid: Number(groupId) };
    }
  }
  throw new Error('servers refuse root, and there is no account `postgres` or `nobody` to run as');
}

/** Writes server.key and server.crt, which vouches for itself and for the names; returns its PEM. */
export async function serverCertificate(
  folder: string,
  account: Account,
  names = 'IP:127.0.0.1',
): Promise<string> {
  const key = join(folder, 'server.key');
  const certificate = join(folder, 'server.crt');
  // biome-ignore format: one option and its value each
  await promisify(execFile)('openssl', ['req', '-x509', '-newkey', 'ec',
    '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1',
    '-addext', `subjectAltName=${names}`, '-keyout', key, '-out', certificate]);
  for (const file of [key, certificate]) await chown(file, account.uid, account.gid);
  return readFile(certificate, 'utf8');
}
