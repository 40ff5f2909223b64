import pg from 'pg';
import { countKey } from '../logical/format.ts';
import { displayName } from '../logical/identifier.ts';

/** Rows by `countKey`. Null: the table is there and cannot be read. */
export type RowCounts = ReadonlyMap<string, number | null>;

const TABLES = `
  SELECT n.nspname AS schema, c.relname AS name, format('%I.%I', n.nspname, c.relname) AS quoted
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND (c.relkind = 'r' OR c.relispopulated)
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'
  ORDER BY 1, 2`;

interface TableRow {
  readonly schema: string;
  readonly name: string;
  readonly quoted: string;
}

/** Large objects are rows of this one. */
const LARGE_OBJECTS = { schema: 'pg_catalog', name: 'pg_largeobject_metadata' };

/**
 * Counts every row of the database that the client is connected to, of each partition apart, and its large objects.
 * @param database the name that the counts are kept under
 */
export async function countRows(client: pg.Client, database: string): Promise<RowCounts> {
  const { rows: tables } = await client.query<TableRow>(TABLES);
  const counts = new Map<string, number | null>();
  for (const { schema, name, quoted } of tables) {
    counts.set(countKey(database, schema, name), await countOf(client, quoted));
  }
  const { schema, name } = LARGE_OBJECTS;
  const objects = await countOf(client, `${schema}.${name}`);
  if (objects !== 0) counts.set(countKey(database, schema, name), objects);
  return counts;
}

/** What is damaged or forbidden is what a load may be there to mend: it is no reason not to begin. */
async function countOf(client: pg.Client, quoted: string): Promise<number | null> {
  try {
    const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ONLY ${quoted}`);
    return Number(rows[0]?.n);
  } catch (error) {
    if (error instanceof pg.DatabaseError) return null;
    throw error;
  }
}

/** What differs between the rows that the backup counted and those that came back; none = every one is there. */
export function differences(expected: RowCounts, found: RowCounts): string[] {
  return [...expected].flatMap(([name, rows]) => {
    const back = found.get(name) ?? null;
    if (rows === null || back === rows) return [];
    return [
      back === null
        ? `${name} had ${rows} rows and did not come back`
        : `${name} had ${rows} rows and has ${back}`,
    ];
  });
}

/** Those of one database, out of a backup's. */
export function countsOf(
  counts: Readonly<Record<string, number>>,
  database: string,
): Map<string, number> {
  const prefix = `${displayName(database)}.`;
  return new Map(Object.entries(counts).filter(([name]) => name.startsWith(prefix)));
}
