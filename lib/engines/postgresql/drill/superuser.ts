import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Owner } from '../../restore-target.ts';
import { RecoveryError } from '../restore/errors.ts';

import { serverEnvironment } from '../restore/private-server.ts';

/** Every cluster has it. */
export const ANY_DATABASE = 'template1';

interface SuperuserOptions {
  readonly program: string;
  readonly dataDir: string;
  readonly configFile: string;
  readonly owner: Owner | undefined;
  readonly signal: AbortSignal;
}

/**
 * Makes a superuser in a stopped scratch copy and returns its name: those of the original may be called anything, and
 * need not be allowed to log in. Single-user mode asks for no role.
 * @throws RecoveryError with what the server said
 */
export async function createSuperuser(options: SuperuserOptions): Promise<string> {
  const { program, dataDir, configFile, owner, signal } = options;
  signal.throwIfAborted();
  const child = spawn(
    program,
    ['--single', '-D', dataDir, '-c', `config_file=${configFile}`, ANY_DATABASE],
    {
      stdio: ['pipe', 'ignore', 'pipe'],
      cwd: dataDir,
      env: serverEnvironment(),
      ...(owner ?? {}),
    },
  );
  const end = () => child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  // It may end before it has read its input: then its exit code says so.
  child.stdin.on('error', () => undefined);
  const name = `tidemark_drill_${randomBytes(4).toString('hex')}`;
  child.stdin.end(`CREATE ROLE ${name} SUPERUSER LOGIN\n`);
  try {
    const [stderr] = await Promise.all([text(child.stderr), once(child, 'close')]);
    signal.throwIfAborted();
    // A statement that fails does not end this mode.
    if (child.exitCode === 0 && !/^(.* )?ERROR:/m.test(stderr)) return name;
    throw new RecoveryError(`no server starts on what was restored; it said:\n${stderr}`);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
