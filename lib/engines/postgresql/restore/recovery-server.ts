import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { RecoveryError } from './errors.ts';
import type { Owner } from './extract.ts';
import { RECOVERY_PORT } from './recovery-settings.ts';

const POLL_MS = 50;
const KEPT_LINES = 40;

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
  options.signal.throwIfAborted();
  const server = spawn(
    options.program,
    ['-D', options.dataDir, '-c', `config_file=${options.configFile}`],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: options.dataDir,
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
      ...(options.owner ?? {}),
    },
  );
  const lines: string[] = [];
  const log = createInterface({ input: server.stderr });
  log.on('line', (line) => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    options.onLine(line);
  });
  const closed = once(server, 'close').then(
    ([code]) => ({ code: Number(code) }),
    (error: Error) => ({ error }),
  );
  // SIGQUIT ends every process of the server at once, without a checkpoint.
  const stopNow = () => server.kill('SIGQUIT');
  options.signal.addEventListener('abort', stopNow, { once: true });
  try {
    const running = server.pid !== undefined;
    await answers(
      options.socket,
      () => running && server.exitCode === null && server.signalCode === null,
    );
    server.kill('SIGINT');
    const end = await closed;
    options.signal.throwIfAborted();
    if ('error' in end) {
      throw new RecoveryError(`cannot run ${options.program}: ${end.error.message}`, {
        cause: end.error,
      });
    }
    if (end.code === 0) return 'promoted';
    if (lines.some((line) => line.includes('recovery ended before configured recovery target'))) {
      return 'target not reached';
    }
    throw new RecoveryError(
      `PostgreSQL could not recover ${options.dataDir}; it said:\n${lines.join('\n')}`,
    );
  } finally {
    stopNow();
    options.signal.removeEventListener('abort', stopNow);
    await closed;
  }
}

/** Resolves when the server has left recovery and takes connections, or has ended. */
async function answers(socket: string, alive: () => boolean): Promise<void> {
  while (alive()) {
    const client = new pg.Client({
      host: socket,
      port: RECOVERY_PORT,
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
    }
    await delay(POLL_MS);
  }
}
