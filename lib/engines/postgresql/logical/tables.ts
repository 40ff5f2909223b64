import type { Dump } from '../../../plan/values/dump.ts';
import { PreflightError } from '../preflight-error.ts';
import { quoteName } from '../replication-values.ts';
import type { DatabaseSnapshot } from './snapshot.ts';

export interface ServerTable {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
}

export const tableSql = ({ schema, name }: Pick<ServerTable, 'schema' | 'name'>): string =>
  `${quoteName(schema)}.${quoteName(name)}`;

const RELATION = `
  SELECT c.oid, n.nspname AS schema, c.relname AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace`;

/**
 * Tables whose rows a dump of everything has to hold. What belongs to an extension comes with it, or is chosen by it; a
 * standby has no rows of unlogged tables.
 */
const WITH_ROWS = `${RELATION}
   WHERE c.relkind = 'r'
     AND (c.relpersistence = 'p' OR c.relpersistence = 'u' AND NOT pg_is_in_recovery())
     AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
     AND NOT EXISTS (SELECT FROM pg_depend d
                      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')`;

/** The named tables and whatever inherits from them: pg_dump of 15 leaves partitions out that are not named. */
const WITH_CHILDREN = `
  WITH RECURSIVE family AS (
    SELECT c.oid FROM pg_class c WHERE c.oid = ANY ($1::oid[])
    UNION SELECT i.inhrelid FROM pg_inherits i JOIN family f ON i.inhparent = f.oid)
  ${RELATION} JOIN family f ON f.oid = c.oid ORDER BY 2, 3`;

const NAMED = `${RELATION}
   WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'm', 'v', 'f')`;

/** Every table of the database whose rows have to be in a dump of it. */
export const tablesWithRows = (snapshot: DatabaseSnapshot): Promise<ServerTable[]> =>
  snapshot.query<ServerTable>(WITH_ROWS, []);

/** The tables that are to be dumped alone, with their partitions; null = everything. @throws PreflightError */
export async function chosenTables(
  snapshot: DatabaseSnapshot,
  dump: Dump,
  database: string,
): Promise<ServerTable[] | null> {
  if (!dump.tables) return null;
  const named = await tablesNamed(snapshot, dump.tables, database);
  return snapshot.query<ServerTable>(WITH_CHILDREN, [named.map(({ oid }) => oid)]);
}

/** @throws PreflightError if one of them is not there */
export async function tablesNamed(
  snapshot: DatabaseSnapshot,
  names: readonly string[],
  database: string,
): Promise<ServerTable[]> {
  const tables: ServerTable[] = [];
  for (const text of names) {
    const { schema, name } = parsed(text);
    const [found] = await snapshot.query<ServerTable>(NAMED, [schema, name]);
    if (!found) {
      throw new PreflightError(
        `database ${quoteName(database)} has no table ${tableSql({ schema, name })}`,
        'write the name in the plan as the catalog has it, with its schema',
      );
    }
    tables.push(found);
  }
  return tables;
}

function parsed(text: string): { schema: string; name: string } {
  const [first = '', second] = text.split('.');
  return second === undefined ? { schema: 'public', name: first } : { schema: first, name: second };
}
