import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Owner } from '../../restore-target.ts';
import { RecoveryError } from './errors.ts';

const KEPT_LINES = 40;

interface PrivateServerOptions {
  /** Path of the `postgres` program. */
  readonly program: string;
  readonly dataDir: string;
  /** Its whole configuration, see `privateSettings`. */
  readonly configFile: string;
  readonly owner: Owner | undefined;
  /** Called for each line that the server logs. */
  readonly onLine?: (line: string) => void;
}

/** A server of ours on a restored directory. Whoever starts it ends it, with `stop` or `quit`. */
export class PrivateServer {
  /** The end of what it has logged. */
  readonly lines: string[] = [];
  readonly #program: string;
  readonly #process: ReturnType<typeof spawn>;
  readonly #closed: Promise<{ readonly code: number | null } | { readonly error: Error }>;

  constructor(options: PrivateServerOptions) {
    const { program, dataDir, configFile, owner, onLine } = options;
    this.#program = program;
    const server = spawn(program, ['-D', dataDir, '-c', `config_file=${configFile}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
      cwd: dataDir,
      env: serverEnvironment(),
      ...(owner ?? {}),
    });
    createInterface({ input: server.stderr }).on('line', (line) => {
      this.lines.push(line);
      if (this.lines.length > KEPT_LINES) this.lines.shift();
      onLine?.(line);
    });
    this.#process = server;
    this.#closed = once(server, 'close').then(
      ([code]) => ({ code: typeof code === 'number' ? code : null }),
      (error: Error) => ({ error }),
    );
  }

  get alive(): boolean {
    const { pid, exitCode, signalCode } = this.#process;
    return pid !== undefined && exitCode === null && signalCode === null;
  }

  /** Stops it cleanly, if it still runs. Returns its exit code, null if a signal ended it. @throws RecoveryError if it could not be run at all */
  async stop(): Promise<number | null> {
    this.#process.kill('SIGINT');
    const end = await this.#closed;
    if ('code' in end) return end.code;
    throw new RecoveryError(`cannot run ${this.#program}: ${end.error.message}`, {
      cause: end.error,
    });
  }

  /** Begins to end every process of the server at once, without a checkpoint. */
  readonly interrupt = (): void => {
    this.#process.kill('SIGQUIT');
  };

  /** Ends it at once and returns when it is gone. */
  async quit(): Promise<void> {
    this.interrupt();
    await this.#closed;
  }
}

/** All that a server of ours sees of the environment. */
export function serverEnvironment(): Record<string, string> {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' };
}
