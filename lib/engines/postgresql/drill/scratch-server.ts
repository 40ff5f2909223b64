import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { connectSql, type ServerAddress, ServerConnectError } from '../connection.ts';
import { RecoveryError } from '../restore/errors.ts';
import { writeConfiguration } from '../restore/private-configuration.ts';
import { PrivateServer } from '../restore/private-server.ts';
import { privateSettings, SOCKET_PORT, settingsText } from '../restore/private-settings.ts';
import { findPostgres } from '../restore/programs.ts';
import type { ClusterFolder } from './scratch-folder.ts';
import { ANY_DATABASE, createSuperuser } from './superuser.ts';

const POLL_MS = 20;

/** A scan of the table itself, and nobody's own limits. */
const SESSION = `SET statement_timeout = 0; SET lock_timeout = 0; SET idle_session_timeout = 0;
  SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off;`;

interface ScratchServerOptions {
  /** Major version of the backup's server. */
  readonly major: string;
  readonly binDir: string | undefined;
  readonly dataDir: string;
  readonly folder: ClusterFolder;
  readonly signal: AbortSignal;
}

/** The recovered cluster, running, for the drill alone: no address, a socket that only its owner reaches. */
export class ScratchServer {
  readonly version: string;
  /** Where a program reaches one of its databases, as superuser. */
  readonly address: (database: string) => ServerAddress;
  readonly #server: PrivateServer;
  readonly #connect: (database: string) => Promise<pg.Client>;

  private constructor(
    server: PrivateServer,
    address: (database: string) => ServerAddress,
    connect: (database: string) => Promise<pg.Client>,
    version: string,
  ) {
    this.#server = server;
    this.address = address;
    this.#connect = connect;
    this.version = version;
  }

  /** Returns when it has answered a query. @throws RecoveryError with what the server said */
  static async start(options: ScratchServerOptions): Promise<ScratchServer> {
    const { dataDir, folder, signal, binDir } = options;
    const program = await findPostgres(options.major, binDir);
    const configFile = await writeConfiguration(
      { folder: folder.configuration, socket: folder.socket, owner: folder.owner },
      (folders) => settingsText(privateSettings(folders)),
    );
    const place = { program, dataDir, configFile, owner: folder.owner };
    const user = await createSuperuser({ ...place, signal });
    const address = (database: string): ServerAddress => ({
      ...{ host: folder.socket, port: SOCKET_PORT, database, user },
      ...{ password: '', tls: 'disable' },
    });
    const connect = (database: string) => connectSql(address(database), { signal });
    const server = new PrivateServer(place);
    try {
      const version = await firstAnswer(server, connect, signal);
      return new ScratchServer(server, address, connect, version);
    } catch (error) {
      await server.quit();
      throw error;
    }
  }

  /** Works on one connection to a database, as superuser. */
  async connected<T>(database: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
    const client = await this.#connect(database);
    try {
      await client.query(SESSION);
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** @throws RecoveryError if it did not end cleanly */
  async stop(): Promise<void> {
    const code = await this.#server.stop();
    if (code === 0) return;
    throw new RecoveryError(
      `the server that was started on the data did not stop cleanly; it said:\n${this.#server.lines.join('\n')}`,
    );
  }

  quit(): Promise<void> {
    return this.#server.quit();
  }
}

async function firstAnswer(
  server: PrivateServer,
  connect: (database: string) => Promise<pg.Client>,
  signal: AbortSignal,
): Promise<string> {
  while (server.alive) {
    try {
      const client = await connect(ANY_DATABASE);
      const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
      await client.end();
      return rows[0]?.server_version ?? '';
    } catch (error) {
      signal.throwIfAborted();
      if (!isStarting(error)) throw error;
    }
    await delay(POLL_MS);
  }
  // Says why, if it could not be run at all.
  await server.stop();
  throw new RecoveryError(
    `no server starts on what was restored; it said:\n${server.lines.join('\n')}`,
  );
}

/** There is no socket yet, nobody listens on it, or the server says that it is not ready. */
function isStarting(error: unknown): boolean {
  const cause = error instanceof ServerConnectError ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return code === 'ENOENT' || code === 'ECONNREFUSED' || code === '57P03';
}
