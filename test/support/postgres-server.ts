import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFile, chown, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connectSql, type ServerAddress } from '../../lib/engines/postgresql/connection.ts';
import { freePort } from './free-port.ts';
import {
  type Account,
  postgresPrograms,
  type ServerVersion,
  serverAccount,
  serverCertificate,
} from './postgres-install.ts';
import { SERVER_ENV, ServerProcess } from './server-process.ts';
import { tempFolder } from './temp-folder.ts';

export interface PostgresOptions {
  readonly version: ServerVersion;
  /** Appended to postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Encrypts with a certificate for 127.0.0.1; the address then asks for `verify-full`. */
  readonly tls?: boolean;
  /** Arguments for initdb, such as `--wal-segsize=1`. */
  readonly initdb?: readonly string[];
  /** Environment of the server. */
  readonly env?: Readonly<Record<string, string>>;
  /** Starts this data directory, such as a restored one, with the superuser's password in it; `dispose` leaves it. */
  readonly existing?: { readonly dataDir: string; readonly password: string };
}

export interface PostgresServer {
  readonly address: ServerAddress;
  readonly dataDir: string;
  readonly binDir: string;
  /** Account that the server runs as. */
  readonly uid: number;
  readonly gid: number;
  /** The postmaster's process; changes with every start. */
  readonly pid: number;
  /** Runs one statement as superuser on a connection of its own. */
  sql(text: string, params?: unknown[]): Promise<Record<string, unknown>[]>;
  /** What the server has logged so far. */
  log(): Promise<string>;
  start(): Promise<void>;
  stop(mode?: keyof typeof STOP_SIGNALS): Promise<void>;
  restart(): Promise<void>;
  /** kill -9. */
  crash(): Promise<void>;
  /** Stops the server and removes what it made. */
  dispose(): Promise<void>;
}

const USER = 'postgres';

const STOP_SIGNALS = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

const TEST_SETTINGS: Readonly<Record<string, string>> = {
  fsync: 'off',
  shared_buffers: "'16MB'",
  max_connections: '40',
  log_line_prefix: "'%m [%p] '",
};

/** Starts a server of its own on a free port of 127.0.0.1, with an empty cluster unless one is given. */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const binDir = postgresPrograms(options.version);
  const account = await serverAccount();
  const folder = await tempFolder('postgres');
  await chown(folder.path, account.uid, account.gid);
  const dataDir = options.existing?.dataDir ?? join(folder.path, 'data');
  const password = options.existing?.password ?? randomBytes(12).toString('hex');
  if (!options.existing) await createCluster(folder.path, password, options, account);
  const ca = options.tls ? await serverCertificate(folder.path, account) : undefined;
  const port = await freePort();
  const address: ServerAddress = {
    host: '127.0.0.1',
    port,
    database: 'postgres',
    user: USER,
    password,
    ...(ca === undefined ? { tls: 'disable' } : { tls: 'verify-full', ca }),
  };
  const server = new ServerProcess({
    program: join(binDir, 'postgres'),
    // biome-ignore format: one option and its value each
    args: ['-D', dataDir, '-p', String(port), '-k', folder.path, '-c', 'listen_addresses=127.0.0.1',
      ...(ca === undefined ? [] : ['-c', 'ssl=on', '-c', `ssl_cert_file=${folder.path}/server.crt`,
        '-c', `ssl_key_file=${folder.path}/server.key`])],
    account,
    folder: folder.path,
    ...(options.env && { env: options.env }),
  });
  const sql = async (text: string, params?: unknown[]) => {
    const client = await connectSql(address);
    try {
      return (await client.query(text, params)).rows;
    } finally {
      await client.end();
    }
  };
  const start = () => server.start(() => sql('SELECT 1'));
  const stop = (mode: keyof typeof STOP_SIGNALS = 'fast') => server.end(STOP_SIGNALS[mode]);
  await start();
  return {
    address,
    dataDir,
    binDir,
    ...account,
    get pid() {
      return server.pid;
    },
    sql,
    log: () => server.log(),
    start,
    stop,
    restart: async () => {
      await stop();
      await start();
    },
    crash: () => server.end('SIGKILL'),
    dispose: async () => {
      await stop('immediate');
      await folder.remove();
    },
  };
}

/** Makes the data directory `data` in the folder. */
async function createCluster(
  folder: string,
  password: string,
  options: PostgresOptions,
  account: Account,
): Promise<void> {
  const passwordFile = join(folder, 'password');
  const dataDir = join(folder, 'data');
  await writeFile(passwordFile, password);
  await chown(passwordFile, account.uid, account.gid);
  await promisify(execFile)(
    join(postgresPrograms(options.version), 'initdb'),
    // biome-ignore format: one option and its value each
    ['-D', dataDir, '-U', USER, '-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8',
      '--no-locale', '--no-sync', ...(options.initdb ?? [])],
    { ...account, cwd: folder, env: SERVER_ENV },
  );
  const settings = Object.entries({ ...TEST_SETTINGS, ...options.settings });
  const lines = settings.map(([name, value]) => `${name} = ${value}\n`);
  await appendFile(join(dataDir, 'postgresql.conf'), lines.join(''));
}
