import pg from 'pg';
import { connectSql, type ServerAddress } from '../connection.ts';
import { checkVersion } from '../preflight.ts';
import { PreflightError } from '../preflight-error.ts';
import { quoteName } from '../replication-values.ts';
import type { PostgresqlRun } from '../run.ts';
import { chooseDatabases, type ServerDatabase } from './databases.ts';
import { plannedDump } from './planned-dump.ts';
import { type DumpPrograms, findDumpPrograms } from './programs.ts';

/** What a logical backup needs to know of the server before it starts. */
export interface LogicalServer {
  /** As the server reports it, such as `15.18`. */
  readonly serverVersion: string;
  /** Decimal; null where the role may not ask, or the server does not tell. */
  readonly systemId: string | null;
  readonly databases: readonly ServerDatabase[];
  /** Whether these are all that there are. */
  readonly all: boolean;
  readonly programs: DumpPrograms;
}

interface ServerRow {
  readonly version: string;
  readonly version_number: number;
  readonly role: string;
  readonly may_read_passwords: boolean;
}

const QUESTION = `
  SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
         current_setting('server_version_num')::int AS version_number,
         current_user AS role,
         has_table_privilege('pg_catalog.pg_authid', 'SELECT') AS may_read_passwords`;

/**
 * Looks at the server and for the programs before any byte is taken.
 * @param binDir the only folder to look for programs in
 * @throws PreflightError with the first thing that is in the way
 * @throws ServerConnectError
 */
export async function lookAtServer(
  run: PostgresqlRun,
  address: ServerAddress,
  binDir: string | undefined,
): Promise<LogicalServer> {
  const dump = plannedDump(run.source);
  const client = await connectSql(address, { signal: run.signal });
  try {
    const [server] = (await client.query<ServerRow>(QUESTION)).rows;
    if (!server) throw new TypeError('the server did not say what it is');
    checkVersion(server, run.source.settings.server.version);
    if (dump.globals === 'with-passwords' && !server.may_read_passwords) {
      throw new PreflightError(
        `the role ${quoteName(server.role)} may not read the hashes of passwords (pg_authid)`,
        `grant it pg_read_all_data or let it be a superuser; where no role may, as on managed servers, write globals: 'without-passwords' in the logical row of sources.${run.source.name}.protect, and set passwords anew after a restore of roles`,
      );
    }
    return {
      serverVersion: server.version,
      systemId: await systemId(client),
      ...(await chooseDatabases(client, dump, run.source.name)),
      programs: await findDumpPrograms(run.source.settings.server.version, binDir),
    };
  } finally {
    await client.end();
  }
}

/** Managed servers keep it to themselves, each in a way of its own. */
async function systemId(client: pg.Client): Promise<string | null> {
  try {
    const { rows } = await client.query<{ id: string }>(
      'SELECT system_identifier::text AS id FROM pg_control_system()',
    );
    return rows[0]?.id ?? null;
  } catch (error) {
    if (error instanceof pg.DatabaseError) return null;
    throw error;
  }
}
