import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Owner } from '../../restore-target.ts';
import { RecoveryError } from './errors.ts';
import { PrivateServer } from './private-server.ts';
import { SOCKET_PORT } from './private-settings.ts';

const POLL_MS = 50;

interface RecoveryServerOptions {
  /** Path of the `postgres` program. */
  readonly program: string;
  readonly dataDir: string;
  readonly configFile: string;
  readonly socket: string;
  readonly owner: Owner | undefined;
  readonly signal: AbortSignal;
  /** Called for each line that the server logs. */
  readonly onLine: (line: string) => void;
}

/** How a recovery ended that did not fail. */
export type RecoveryOutcome = 'promoted' | 'target not reached';

/**
 * Runs a server on the data directory until its recovery is over and it answers queries, then stops it cleanly.
 * `target not reached`: the WAL ended before a commit that lies after the target; nothing was promoted.
 * @throws RecoveryError with the end of the server's log
 */
export async function runRecovery(options: RecoveryServerOptions): Promise<RecoveryOutcome> {
  const { dataDir, signal } = options;
  signal.throwIfAborted();
  const server = new PrivateServer(options);
  signal.addEventListener('abort', server.interrupt, { once: true });
  try {
    await answers(options.socket, server);
    const code = await server.stop();
    signal.throwIfAborted();
    if (code === 0) return 'promoted';
    const said = server.lines;
    if (said.some((line) => line.includes('recovery ended before configured recovery target'))) {
      return 'target not reached';
    }
    throw new RecoveryError(
      `PostgreSQL could not recover ${dataDir}; it said:\n${said.join('\n')}`,
    );
  } finally {
    signal.removeEventListener('abort', server.interrupt);
    await server.quit();
  }
}

/** Class of SQLSTATE of a server that is starting or stopping. */
const NOT_NOW = '57';

/**
 * Resolves when the server has left recovery and takes connections, or has ended.
 * @throws RecoveryError if it refuses them for a reason that does not pass, such as a full disk
 */
async function answers(socket: string, server: PrivateServer): Promise<void> {
  while (server.alive) {
    const client = new pg.Client({
      host: socket,
      port: SOCKET_PORT,
      user: 'postgres',
      database: 'postgres',
      ssl: false,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query('SELECT pg_is_in_recovery() AS recovering');
      await client.end();
      if (rows[0]?.recovering === false) return;
    } catch (error) {
      // With hot_standby off, a server that looks for the role or the database is out of recovery.
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === '28000' || code === '3D000') return;
      if (error instanceof pg.DatabaseError && !error.code?.startsWith(NOT_NOW)) {
        throw new RecoveryError(
          `PostgreSQL replayed the WAL and takes no connections: ${error.message}`,
          { cause: error },
        );
      }
    }
    await delay(POLL_MS);
  }
}
