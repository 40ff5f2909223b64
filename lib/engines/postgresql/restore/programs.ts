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
