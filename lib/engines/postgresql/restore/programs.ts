import { access, constants } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findProgram } from '../programs.ts';
import { RecoveryError } from './errors.ts';

/**
 * Finds the `postgres` program that can recover a backup: its major version has to be the backup's.
 * @param binDir the only folder to look in; default: Debian's folder of that version, then the PATH
 * @throws RecoveryError that says where it was looked for and what was found
 */
export async function findPostgres(major: string, binDir: string | undefined): Promise<string> {
  const search = await findProgram('postgres', major, binDir);
  if ('path' in search) return search.path;
  throw new RecoveryError(
    `recovery needs the programs of PostgreSQL ${major}, which are not in ${search.looked.join(', ')}; install the package postgresql-${major}, name their folder, or restore in Tidemark's image for ${major}`,
  );
}

/** Programs that make one data directory of a chain of backups. */
export interface ChainPrograms {
  readonly combine: string;
  readonly verify: string;
}

/**
 * Finds them beside the `postgres` program of the same major.
 * @throws RecoveryError that says which is not there
 */
export async function findChainPrograms(postgres: string): Promise<ChainPrograms> {
  const folder = dirname(postgres);
  const find = async (name: string) => {
    const path = join(folder, name);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
    throw new RecoveryError(
      `an incremental backup is combined by ${name}, which is not in ${folder}; install PostgreSQL's client programs there, name another folder, or restore a full backup by its id`,
    );
  };
  return { combine: await find('pg_combinebackup'), verify: await find('pg_verifybackup') };
}
