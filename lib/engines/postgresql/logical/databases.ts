import type pg from 'pg';
import type { Dump } from '../../../plan/values/dump.ts';
import { PreflightError } from '../preflight-error.ts';
import { quoteName } from '../replication-values.ts';

export interface ServerDatabase {
  readonly oid: number;
  readonly name: string;
  /** On the server's disk, indexes included. */
  readonly bytes: number;
}

interface DatabaseRow {
  readonly oid: number;
  readonly name: string;
  readonly template: boolean;
  readonly connectable: boolean;
  readonly allowed: boolean;
  readonly bytes: string | null;
}

/** Databases in which providers keep what is theirs, and which nobody else may enter. */
const OF_PROVIDERS = ['rdsadmin', 'cloudsqladmin', 'azure_maintenance', 'azure_sys'];

/** A limit of -2 marks what an interrupted DROP DATABASE has left. */
const QUESTION = `
  SELECT oid, datname AS name, datistemplate AS template,
         datallowconn AND datconnlimit <> -2 AS connectable,
         has_database_privilege(oid, 'CONNECT') AS allowed,
         CASE WHEN has_database_privilege(oid, 'CONNECT') THEN pg_database_size(oid)::text END AS bytes
    FROM pg_database
   WHERE NOT datname = ANY ($1)
   ORDER BY datname`;

/**
 * The databases that the plan wants, in the order of their names, and whether these are all.
 * @throws PreflightError if one is not there, or cannot be entered
 */
export async function chooseDatabases(
  client: pg.Client,
  { databases }: Dump,
  source: string,
): Promise<{ readonly databases: readonly ServerDatabase[]; readonly all: boolean }> {
  const { rows } = await client.query<DatabaseRow>(QUESTION, [OF_PROVIDERS]);
  const everything = rows.filter(({ template, connectable }) => connectable && !template);
  const wanted =
    databases === 'all' ? everything : databases.map((name) => named(rows, name, source));
  for (const { name, allowed } of wanted) {
    if (allowed) continue;
    throw new PreflightError(
      `the role may not connect to database ${quoteName(name)}`,
      `run as its owner: GRANT CONNECT ON DATABASE ${quoteName(name)} TO …, or name the databases that are to be dumped in the logical row of sources.${source}.protect`,
    );
  }
  const names = new Set(wanted.map(({ name }) => name));
  return {
    databases: wanted.map(({ oid, name, bytes }) => ({ oid, name, bytes: Number(bytes) })),
    all: everything.every(({ name }) => names.has(name)),
  };
}

function named(rows: readonly DatabaseRow[], name: string, source: string): DatabaseRow {
  const found = rows.find((row) => row.name === name);
  if (found?.connectable) return found;
  const names = rows.filter(({ connectable }) => connectable).map((row) => quoteName(row.name));
  throw new PreflightError(
    `the server has no database ${quoteName(name)} that takes connections; it has ${names.join(', ')}`,
    `change databases in the logical row of sources.${source}.protect`,
  );
}
