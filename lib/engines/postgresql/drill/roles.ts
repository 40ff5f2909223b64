import { openFile } from '../../../catalog/files.ts';
import type { Attempt } from '../../drill-attempt.ts';
import { fileOf } from '../load/fetch.ts';
import { decoded, sqlStatements } from '../load/sql-statements.ts';
import type { LogicalManifest } from '../logical/position.ts';
import type { PostgresqlRun } from '../run.ts';
import type { ScratchServer } from './scratch-server.ts';
import { ANY_DATABASE } from './superuser.ts';

/** Their directories are on the original machine. */
const TABLESPACE = /^(?:(?:CREATE|ALTER|COMMENT ON) TABLESPACE |GRANT .+ ON TABLESPACE )/;

/**
 * Makes the roles of a dump in a scratch server, with their memberships and settings. What fails is noted without the
 * statement, which may hold a password. Returns false where the dump has no roles.
 * @throws DamagedError if what is stored was altered
 */
export async function loadRoles(
  { store, signal }: Pick<PostgresqlRun, 'store' | 'signal'>,
  backup: LogicalManifest,
  server: ScratchServer,
  attempt: Attempt,
): Promise<boolean> {
  const { globals } = backup.position;
  if (globals === null) return false;
  const statements: string[] = [];
  const bytes = openFile(store, backup, fileOf(backup, globals.file), { signal });
  // All of them before the first is executed: only then every byte is known to be as it was written.
  for await (const statement of sqlStatements(decoded(bytes))) {
    if (!TABLESPACE.test(statement)) statements.push(statement);
  }
  await server.connected(ANY_DATABASE, async (client) => {
    for (const [index, statement] of statements.entries()) {
      await attempt(`statement ${index + 1} of ${globals.file}`, () => client.query(statement));
    }
  });
  return true;
}
