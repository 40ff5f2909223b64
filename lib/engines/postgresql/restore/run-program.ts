import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { Owner } from '../../restore-target.ts';
import { RecoveryError } from './errors.ts';

import { serverEnvironment } from './private-server.ts';

const KEPT_LINES = 10;

interface ProgramOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** Folder that it runs in. */
  readonly folder: string;
  /** Undefined: the current user. */
  readonly owner: Owner | undefined;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/**
 * Runs one of PostgreSQL's programs to its end. Returns when it is gone, also when the signal has fired.
 * @throws RecoveryError with the last lines that it wrote; the signal's reason
 */
export async function runProgram(options: ProgramOptions): Promise<void> {
  const { program, args, folder, owner, signal } = options;
  signal.throwIfAborted();
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: folder,
    env: serverEnvironment(),
    ...(owner ?? {}),
  });
  const end = () => child.kill('SIGKILL');
  signal.addEventListener('abort', end, { once: true });
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
  });
  const name = basename(program);
  try {
    const [code, killed] = await once(child, 'close');
    signal.throwIfAborted();
    if (code === 0) return;
    throw new RecoveryError(
      `${name} failed (${killed ?? `exit code ${code}`}): ${lines.join('; ')}`,
    );
  } catch (error) {
    if (error instanceof RecoveryError || signal.aborted) throw error;
    throw new RecoveryError(`cannot run ${program}: ${String(error)}`, { cause: error });
  } finally {
    signal.removeEventListener('abort', end);
  }
}
