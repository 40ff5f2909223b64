import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { Owner } from '../../restore-target.ts';
import { RedisConnection } from '../connection.ts';
import { keyspaceCounts, readInfo } from '../info.ts';
import { RedisReplyError } from '../resp.ts';
import { ServerConnectError } from '../socket.ts';
import { RecoveryError } from './errors.ts';
import type { RedisProgram } from './program.ts';

const KEPT_LINES = 40;
const POLL_MS = 20;

export interface PrivateRedisOptions {
  readonly program: RedisProgram;
  readonly directory: string;
  readonly owner: Owner | undefined;
  /** From which of its files the server reads: an append-only log below this folder, or the snapshot. */
  readonly appendonly: { readonly folder: string } | false;
  /** Looks at every value from the inside while it is read. @default false */
  readonly deep?: boolean;
  readonly signal: AbortSignal;
}

/**
 * A server of ours on a restored directory: no address, a socket that only its owner reaches, and nothing that it writes by
 * itself. It is a replica without a master, so that no key expires while it is counted. Whoever starts it ends it,
 * with `stop` or `quit`.
 */
export class PrivateRedis {
  /** The end of what it has logged. */
  readonly lines: string[] = [];
  readonly #process: ReturnType<typeof spawn>;
  readonly #closed: Promise<{ readonly code: number } | { readonly error: Error }>;
  readonly #socketFolder: string;
  readonly #options: PrivateRedisOptions;
  #connection: RedisConnection | undefined;

  private constructor(options: PrivateRedisOptions, socketFolder: string) {
    this.#options = options;
    this.#socketFolder = socketFolder;
    const { program, directory, owner } = options;
    const server = spawn(program.path, settings(options, this.#socket), {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: directory,
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' },
      ...(owner ?? {}),
    });
    for (const input of [server.stdout, server.stderr]) {
      createInterface({ input }).on('line', (line) => {
        this.lines.push(line);
        if (this.lines.length > KEPT_LINES) this.lines.shift();
      });
    }
    this.#process = server;
    this.#closed = once(server, 'close').then(
      ([code]) => ({ code: Number(code) }),
      (error: Error) => ({ error }),
    );
  }

  /** Returns when it has read everything. @throws RecoveryError with what the server said; the signal's reason */
  static async start(options: PrivateRedisOptions): Promise<PrivateRedis> {
    options.signal.throwIfAborted();
    const folder = await mkdtemp(join(tmpdir(), `tidemark-${process.pid}-`));
    if (options.owner) await chown(folder, options.owner.uid, options.owner.gid);
    const server = new PrivateRedis(options, folder);
    try {
      await server.#ready();
      return server;
    } catch (error) {
      await server.quit();
      throw error;
    }
  }

  get connection(): RedisConnection {
    if (this.#connection === undefined) throw new TypeError('the server was ended');
    return this.#connection;
  }

  /** Keys, and those of them that expire, of every database that is not empty: `db0.keys`, `db0.expires`. */
  async keyspace(): Promise<Map<string, number>> {
    return keyspaceCounts(await readInfo(this.connection, 'keyspace'));
  }

  /** Stops it without writing anything. @throws RecoveryError if it did not end cleanly */
  async stop(): Promise<void> {
    await this.connection.command('SHUTDOWN', 'NOSAVE', 'NOW').catch(() => undefined);
    const end = await this.#end();
    if ('code' in end && end.code === 0) return;
    throw this.#failure('the server that was started on the data did not stop cleanly');
  }

  /** Ends it at once and returns when it is gone. */
  async quit(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#end();
  }

  get #socket(): string {
    return join(this.#socketFolder, 'redis.sock');
  }

  async #ready(): Promise<void> {
    const { signal } = this.#options;
    while (this.#alive) {
      try {
        this.#connection ??= await RedisConnection.connect({ path: this.#socket }, { signal });
        // Answers everything with an error while it reads.
        await this.#connection.command('PING');
        return;
      } catch (error) {
        signal.throwIfAborted();
        const starting =
          error instanceof ServerConnectError ||
          (error instanceof RedisReplyError && error.code === 'LOADING');
        if (!starting && this.#alive) throw error;
      }
      await delay(POLL_MS);
    }
    const end = await this.#closed;
    if ('error' in end) {
      throw new RecoveryError(`cannot run ${this.#options.program.path}: ${end.error.message}`, {
        cause: end.error,
      });
    }
    throw this.#failure('Redis does not start on what was restored');
  }

  get #alive(): boolean {
    const { pid, exitCode, signalCode } = this.#process;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  async #end() {
    const end = await this.#closed;
    this.#connection?.close();
    this.#connection = undefined;
    await rm(this.#socketFolder, { recursive: true, force: true });
    return end;
  }

  #failure(what: string): RecoveryError {
    return new RecoveryError(`${what}; it said:\n${this.lines.join('\n')}`);
  }
}

/** Arguments instead of a file: there is no secret in them. */
function settings(
  { directory, appendonly, deep = false }: PrivateRedisOptions,
  socket: string,
): string[] {
  const values: Record<string, string> = {
    port: '0',
    unixsocket: socket,
    unixsocketperm: '700',
    dir: directory,
    save: '',
    appendonly: appendonly ? 'yes' : 'no',
    ...(appendonly ? { appenddirname: appendonly.folder } : {}),
    // What ends in the middle was damaged after it was checked.
    'aof-load-truncated': 'no',
    'auto-aof-rewrite-percentage': '0',
    'sanitize-dump-payload': deep ? 'yes' : 'no',
    // Nobody listens there.
    replicaof: '127.0.0.1 1',
    'replica-serve-stale-data': 'yes',
    // The snapshot of an hour ago may be larger than any limit of the machine that it came from.
    maxmemory: '0',
    'enable-debug-command': 'no',
  };
  return Object.entries(values).flatMap(([name, value]) => [
    `--${name}`,
    ...(name === 'replicaof' ? value.split(' ') : [value]),
  ]);
}
