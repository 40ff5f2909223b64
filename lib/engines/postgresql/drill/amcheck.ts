import type pg from 'pg';
import type { Attempt } from '../../drill-attempt.ts';

const SCHEMA = `SELECT format('%I', n.nspname) AS schema FROM pg_extension e
  JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'amcheck'`;

const INDEXES = `SELECT c.oid, c.oid::regclass::text AS name FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
  WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.relpersistence = 'p' AND i.indisvalid AND i.indisready`;

const TABLES = `SELECT c.oid, c.oid::regclass::text AS name FROM pg_class c JOIN pg_am a ON a.oid = c.relam
  WHERE a.amname = 'heap' AND c.relkind IN ('r', 'm', 't') AND c.relpersistence = 'p'`;

interface Relation {
  readonly oid: number;
  readonly name: string;
}

/**
 * Compares every B-tree index with its table and looks at the structure of every table, with PostgreSQL's extension
 * amcheck, which is created in the scratch copy where it is missing. Returns how many indexes were compared.
 */
export async function amcheck(
  client: pg.Client,
  attempt: Attempt,
  database: string,
): Promise<number> {
  const schema = await attempt(
    `database ${database} cannot get the extension amcheck`,
    async () => {
      await client.query('CREATE EXTENSION IF NOT EXISTS amcheck');
      await client.query('ALTER EXTENSION amcheck UPDATE');
      return (await client.query<{ schema: string }>(SCHEMA)).rows[0]?.schema;
    },
  );
  if (schema === undefined) return 0;
  const { rows: indexes } = await client.query<Relation>(INDEXES);
  for (const { oid, name } of indexes) {
    await attempt(`index ${database}.${name}`, () =>
      client.query(`SELECT ${schema}.bt_index_check($1::oid::regclass, true)`, [oid]),
    );
  }
  const { rows: tables } = await client.query<Relation>(TABLES);
  for (const { oid, name } of tables) {
    await attempt(`table ${database}.${name}`, async () => {
      const { rows } = await client.query<{ blkno: string; msg: string }>(
        `SELECT blkno, msg FROM ${schema}.verify_heapam($1::oid::regclass, on_error_stop => true)`,
        [oid],
      );
      if (rows[0]) throw new Error(`block ${rows[0].blkno}: ${rows[0].msg}`);
    });
  }
  return indexes.length;
}
