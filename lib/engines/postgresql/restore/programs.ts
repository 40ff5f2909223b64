import { execFile } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { RecoveryError } from './errors.ts';

const run = promisify(execFile);

/**
 * Finds the `postgres` program that can recover a backup: its major version has to be the backup's.
 * @param binDir the only folder to look in; default: Debian's folder of that version, then the PATH
 * @throws RecoveryError that says where it was looked for and what was found
 */
export async function findPostgres(major: string, binDir: string | undefined): Promise<string> {
  const folders =
    binDir === undefined
      ? [`/usr/lib/postgresql/${major}/bin`, ...(process.env.PATH ?? '').split(delimiter)]
      : [binDir];
  const looked: string[] = [];
  for (const folder of folders.filter((name) => name !== '')) {
    const program = join(folder, 'postgres');
    const version = await versionOf(program);
    if (version === major) return program;
    looked.push(version === undefined ? folder : `${folder} (version ${version})`);
  }
  throw new RecoveryError(
    `recovery needs the programs of PostgreSQL ${major}, which are not in ${looked.join(', ')}; install the package postgresql-${major}, name their folder, or restore in Tidemark's image for ${major}`,
  );
}

async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, ['--version'], { timeout: 10_000 });
    return /\(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
  } catch {
    // Not there or not a program: the caller reports every place that it looked at.
    return undefined;
  }
}
