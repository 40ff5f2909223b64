import type pg from 'pg';
import type { Attempt } from '../../drill-attempt.ts';

interface ReadTable {
  /** `database.schema.table` */
  readonly name: string;
  readonly rows: number;
}

const TABLES = `
  SELECT format('%I.%I', n.nspname, c.relname) AS name,
    n.nspname IN ('pg_catalog', 'information_schema') AS system
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE (c.relkind = 'r' OR (c.relkind = 'm' AND c.relispopulated)) AND c.relpersistence <> 't'
  ORDER BY 1`;

/**
 * Reads every row of every table of a database. The system's tables are read too and not returned; foreign tables
 * would ask another server and are left out.
 */
export async function* readTables(
  client: pg.Client,
  attempt: Attempt,
  database: string,
): AsyncGenerator<ReadTable> {
  const { rows: tables } = await client.query<{ name: string; system: boolean }>(TABLES);
  for (const { name, system } of tables) {
    const full = `${database}.${name}`;
    const rows = await attempt(`table ${full} cannot be read`, async () => {
      const answer = await client.query<{ rows: string }>(
        `SELECT count(*) AS rows FROM ONLY ${name}`,
      );
      return Number(answer.rows[0]?.rows);
    });
    if (rows !== undefined && !system) yield { name: full, rows };
  }
}
