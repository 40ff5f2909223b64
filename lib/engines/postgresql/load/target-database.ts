import type pg from 'pg';
import type { ServerAddress } from '../connection.ts';
import { openSession } from './admin.ts';
import { LoadRefusedError } from './errors.ts';

/** What stands under the name that is loaded. */
export type Found = 'nothing' | 'empty' | 'data';

interface DatabaseRow {
  readonly template: boolean;
  readonly open: boolean;
}

/** Everything that a user made, save what belongs to an extension. */
const HOLDS = `
  SELECT EXISTS (
    SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
  ) OR EXISTS (
    SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  ) OR EXISTS (SELECT FROM pg_largeobject_metadata) AS holds`;

/** @throws LoadRefusedError if it can never be loaded into */
export async function inspectDatabase(
  admin: pg.Client,
  address: ServerAddress,
  signal: AbortSignal,
): Promise<Found> {
  const { database } = address;
  const { rows } = await admin.query<DatabaseRow>(
    'SELECT datistemplate AS template, datallowconn AS open FROM pg_database WHERE datname = $1',
    [database],
  );
  const [row] = rows;
  if (!row) return 'nothing';
  if (row.template || !row.open) {
    throw new LoadRefusedError(
      `${database} is ${row.template ? 'a template' : 'closed to connections'}; load into another name with --into`,
    );
  }
  const session = await openSession(address, signal);
  try {
    const answer = await session.query<{ holds: boolean }>(HOLDS);
    return answer.rows[0]?.holds === false ? 'empty' : 'data';
  } finally {
    await session.end();
  }
}

/** @param replace what becomes of the old one; undefined: it is not to be replaced @throws LoadRefusedError */
export function refuseData(database: string, found: Found, replace: string | undefined): void {
  if (found !== 'data' || replace !== undefined) return;
  throw new LoadRefusedError(
    `the database ${database} holds data; replace it with --replace, or load beside it with --into`,
  );
}

export interface TargetServer {
  /** As the server reports it, such as `15.18`. */
  readonly version: string;
  readonly major: string;
  /** Who we are there, as SQL wants it. */
  readonly role: string;
  readonly mayMakeDatabases: boolean;
}

/** @throws LoadRefusedError if nothing can be written */
export async function inspectServer(admin: pg.Client): Promise<TargetServer> {
  const { rows } = await admin.query<{
    version: string;
    number: number;
    recovering: boolean;
    may: boolean;
    role: string;
  }>(`
    SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
      current_setting('server_version_num')::int AS number, pg_is_in_recovery() AS recovering,
      r.rolsuper OR r.rolcreatedb AS may, format('%I', r.rolname) AS role
    FROM pg_roles r WHERE r.rolname = current_user`);
  const [row] = rows;
  if (!row) throw new TypeError('the server did not say who we are');
  if (row.recovering) {
    throw new LoadRefusedError(
      'the server is a standby (pg_is_in_recovery() is true); load into the primary',
    );
  }
  return {
    version: row.version,
    major: String(Math.floor(row.number / 10_000)),
    role: row.role,
    mayMakeDatabases: row.may,
  };
}

/** @throws LoadRefusedError */
export function requireDatabases({ role, mayMakeDatabases }: TargetServer): void {
  if (mayMakeDatabases) return;
  throw new LoadRefusedError(
    `the role ${role} may not make databases; run as superuser: ALTER ROLE ${role} CREATEDB; or load as the owner of the server`,
  );
}
