import type { PostgresqlLogicalPosition } from '../../../catalog/logical-position.ts';
import { runBackup } from '../../backup-run.ts';
import { withClientEnvironment } from '../client-environment.ts';
import type { ServerAddress } from '../connection.ts';
import type { PostgresqlRun } from '../run.ts';
import { dumpDatabase } from './dump-database.ts';
import { GLOBALS_FILE } from './format.ts';
import { globals } from './globals.ts';
import { plannedDump } from './planned-dump.ts';
import type { LogicalManifest } from './position.ts';
import { type LogicalServer, lookAtServer } from './server.ts';

interface LogicalOptions {
  readonly address: ServerAddress;
  /** Why it is taken, where somebody says so. */
  readonly label?: string | undefined;
  /** The only folder to look for programs in. */
  readonly binDir?: string | undefined;
}

/**
 * Dumps the databases that the plan names, one after the other, each as one snapshot of it, and the roles. The backup
 * exists when this returns, and not before; every failure is recorded in the store as far as that can be written.
 * @throws PreflightError, LockHeldError, ServerConnectError, ClientProgramError, ArchiveError, StoreError; the signal's reason
 */
export function backupLogical(
  run: PostgresqlRun,
  { address, label, binDir }: LogicalOptions,
): Promise<LogicalManifest> {
  return runBackup<'postgresql', LogicalServer, { position: PostgresqlLogicalPosition }>(run, {
    kind: 'logical',
    label,
    prepare: async (run) => ({ found: await lookAtServer(run, address, binDir) }),
    take: (run, { writer, found: server }) =>
      withClientEnvironment(address, async (env) => {
        const dump = plannedDump(run.source);
        const { programs } = server;
        const databases: PostgresqlLogicalPosition['databases'] = [];
        const counts: Record<string, number> = {};
        for (const database of server.databases) {
          const options = { address, env, programs, writer };
          const { dumped, counts: own } = await dumpDatabase(run, database, options);
          databases.push(dumped);
          Object.assign(counts, own);
        }
        const passwords = dump.globals === 'with-passwords';
        const file =
          dump.globals === 'none'
            ? undefined
            : await writer.writeFile(
                GLOBALS_FILE,
                globals({
                  program: programs.dumpAll,
                  env,
                  signal: run.signal,
                  database: address.database,
                  passwords,
                }),
                { encoding: 'zstd', signal: run.signal },
              );
        return {
          serverVersion: server.serverVersion,
          // What was committed after the first snapshot may be in none of them.
          consistentAt: databases.map(({ snapshotAt }) => snapshotAt).sort()[0] ?? '',
          position: {
            engine: 'postgresql-logical',
            systemId: server.systemId,
            globals: file ? { file: file.name, passwords } : null,
            complete: server.all && !dump.schemaOnly && dump.tables === undefined,
            databases,
          },
          counts,
        };
      }),
  });
}
