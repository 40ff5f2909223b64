import { databaseOption, withClientEnvironment } from '../client-environment.ts';
import { ClientProcess } from '../client-process.ts';
import type { ServerAddress } from '../connection.ts';
import { findProgram } from '../programs.ts';
import { LoadRefusedError } from './errors.ts';
import { quoteTable } from './live-table.ts';
import { decoded, type QualifiedName, sqlStatements } from './sql-statements.ts';

/** What makes a table: itself before its rows are there, and indexes, keys and triggers after. */
export interface TableDefinitions {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

interface DefinitionsOptions {
  readonly address: ServerAddress;
  /** A table, or one with all its partitions. */
  readonly tables: readonly QualifiedName[];
  /** The server's pg_dump. */
  readonly program: string;
  /** Further options of pg_dump. */
  readonly args: readonly string[];
  readonly signal: AbortSignal;
}

/** What pg_dump would make the tables with, everything that belongs to them included. @throws ClientProgramError */
export async function readDefinitions(options: DefinitionsOptions): Promise<TableDefinitions> {
  return {
    before: await statements(options, 'pre-data'),
    after: await statements(options, 'post-data'),
  };
}

async function statements(
  { address, tables, program, args, signal }: DefinitionsOptions,
  section: string,
): Promise<string[]> {
  const found: string[] = [];
  await withClientEnvironment(address, async (env) => {
    const dump = new ClientProcess({
      path: program,
      args: [
        '--schema-only',
        `--section=${section}`,
        // Ours and that of our sessions; else it is the database's.
        '--encoding=UTF8',
        '--no-password',
        ...args,
        ...tables.map((table) => `--table=${quoteTable(table)}`),
        '--dbname',
        databaseOption(address.database),
      ],
      env,
      signal,
    });
    try {
      for await (const statement of sqlStatements(decoded(dump.stdout))) found.push(statement);
      await dump.end();
    } finally {
      dump.kill();
    }
  });
  return found;
}

/** @throws LoadRefusedError if there is none of the server's major */
export async function findPgDump(major: string, binDir: string | undefined): Promise<string> {
  const search = await findProgram('pg_dump', major, binDir);
  if ('path' in search) return search.path;
  throw new LoadRefusedError(
    `what makes the table is read with pg_dump of PostgreSQL ${major}, which is not in ${search.looked.join(', ')}; install the package postgresql-client-${major}, name its folder, or load in Tidemark's image for ${major}`,
  );
}
