import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** A program of PostgreSQL failed; the message holds the end of what it wrote on stderr. */
export class ClientProgramError extends Error {
  override readonly name = 'ClientProgramError';
}

/** What is kept of stderr: the last words say what went wrong. */
const MAX_STDERR_CHARS = 2000;

interface ClientProcessOptions {
  readonly path: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Ends the program. */
  readonly signal: AbortSignal;
}

/** A program of PostgreSQL that runs without a shell. Its exit code decides whether it succeeded. */
export class ClientProcess {
  readonly stdout: Readable;
  readonly #stdin: Writable;
  readonly #ended: Promise<string>;
  readonly #kill: () => void;

  constructor({ path, args, env, signal }: ClientProcessOptions) {
    signal.throwIfAborted();
    const child = spawn(path, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.stdout = child.stdout;
    this.#stdin = child.stdin;
    // A program that ends before it has read everything is told through its exit code.
    child.stdin.on('error', () => undefined);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = `${stderr}${text}`.slice(-MAX_STDERR_CHARS);
    });
    this.#kill = () => {
      child.kill('SIGTERM');
      child.stdout.destroy();
    };
    signal.addEventListener('abort', this.#kill, { once: true });
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    child.once('error', (cause) =>
      reject(new ClientProgramError(`${path} cannot be run: ${cause.message}`, { cause })),
    );
    child.once('close', (code, killed) => {
      signal.removeEventListener('abort', this.#kill);
      if (code === 0) return resolve(stderr.trim());
      if (signal.aborted) return reject(signal.reason);
      const how = code === null ? `was ended by ${killed}` : `ended with exit code ${code}`;
      reject(new ClientProgramError(`${basename(path)} ${how}: ${stderr.trim() || 'no message'}`));
    });
    // It may fail before anybody waits for it.
    promise.catch(() => undefined);
    this.#ended = promise;
  }

  /** Returns when there is room for more. @throws ClientProgramError if the program has failed; the signal's reason */
  async write(chunk: Uint8Array): Promise<void> {
    if (this.#stdin.destroyed) await this.#ended;
    else if (!this.#stdin.write(chunk)) await roomIn(this.#stdin);
  }

  /**
   * Says that no more comes, and waits for the end; everything that the program prints has to be read.
   * @returns what it wrote on stderr
   * @throws ClientProgramError unless it exits with 0; the signal's reason
   */
  async end(): Promise<string> {
    this.#stdin.end();
    return this.#ended;
  }

  /** Whatever it still does. */
  kill(): void {
    this.#kill();
  }
}

/** Waits until it was drained, or closed by its reader. */
function roomIn(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      stream.off('drain', settle).off('close', settle);
      resolve();
    };
    stream.on('drain', settle).on('close', settle);
  });
}
