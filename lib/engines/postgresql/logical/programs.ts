import { PreflightError } from '../preflight-error.ts';
import { findProgram } from '../programs.ts';

/** Paths of the programs that a logical backup runs. */
export interface DumpPrograms {
  readonly dump: string;
  readonly dumpAll: string;
  readonly restore: string;
}

/**
 * Programs of the server's own major: an older pg_dump refuses the server, and what a newer one writes may set parameters
 * that the server does not know when it is restored.
 * @throws PreflightError that says where it was looked and what was found
 */
export async function findDumpPrograms(
  major: string,
  binDir: string | undefined,
): Promise<DumpPrograms> {
  const find = async (name: string): Promise<string> => {
    const search = await findProgram(name, major, binDir);
    if ('path' in search) return search.path;
    throw new PreflightError(
      `${name} of PostgreSQL ${major} is not in ${search.looked.join(', ')}`,
      `install the package postgresql-client-${major}, or back up in Tidemark's image for ${major}`,
    );
  };
  return {
    dump: await find('pg_dump'),
    dumpAll: await find('pg_dumpall'),
    restore: await find('pg_restore'),
  };
}
