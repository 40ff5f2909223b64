import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import type { ServerAddress } from './connection.ts';

/**
 * How PostgreSQL's own client programs reach the server while `use` runs: everything, the password too, is in the
 * environment of the program and nothing in its arguments, which everybody on the machine can read. Of our own
 * environment they get the search path alone, so that no service file and no option of somebody's shell changes what
 * they do.
 */
export async function withClientEnvironment<T>(
  address: ServerAddress,
  use: (env: NodeJS.ProcessEnv) => Promise<T>,
): Promise<T> {
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    LC_ALL: 'C',
    PGHOST: address.host,
    PGPORT: String(address.port),
    PGUSER: address.user,
    PGPASSWORD: address.password,
    PGSSLMODE: address.tls,
    PGGSSENCMODE: 'disable',
    PGAPPNAME: 'tidemark',
    PGCONNECT_TIMEOUT: '30',
  };
  if (address.tls !== 'verify-full') return use(env);
  // libpq reads authorities from a file only; it trusts the same ones as our own connections.
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-ca-'));
  try {
    const authorities = join(folder, 'ca.crt');
    await writeFile(authorities, address.ca ?? getCACertificates('default').join('\n'));
    return await use({ ...env, PGSSLROOTCERT: authorities });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A server that has vanished is noticed within a minute and a half, while a program waits for its next row. */
const KEEPALIVE = 'keepalives_idle=30 keepalives_interval=10 keepalives_count=6';

/** The connection string that names a database and nobody who may enter it. */
export const databaseOption = (name: string): string =>
  `dbname='${name.replaceAll(/['\\]/g, '\\$&')}' ${KEEPALIVE}`;
