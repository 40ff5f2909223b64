import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { RecoveryError } from '../restore/errors.ts';
import { serverEnvironment } from '../restore/private-server.ts';
import { findPostgres } from '../restore/programs.ts';
import type { ClusterFolder } from './scratch-folder.ts';

interface ClusterOptions {
  readonly major: string;
  readonly binDir: string | undefined;
  readonly folder: ClusterFolder;
  readonly signal: AbortSignal;
}

/**
 * Makes an empty cluster in the scratch folder, whose databases nobody needs to survive a power failure.
 * @throws RecoveryError with what initdb said
 */
export async function makeCluster({
  major,
  binDir,
  folder,
  signal,
}: ClusterOptions): Promise<void> {
  const program = join(dirname(await findPostgres(major, binDir)), 'initdb');
  signal.throwIfAborted();
  // biome-ignore format: one option and its value each
  const args = ['-D', folder.data, '-U', 'tidemark_drill', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'];
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: folder.path,
    env: serverEnvironment(),
    ...(folder.owner ?? {}),
  });
  const end = () => child.kill('SIGTERM');
  signal.addEventListener('abort', end, { once: true });
  try {
    const [stderr] = await Promise.all([text(child.stderr), once(child, 'close')]);
    signal.throwIfAborted();
    if (child.exitCode === 0) return;
    throw new RecoveryError(`no cluster could be made to load the dump into; it said:\n${stderr}`);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
