import type pg from 'pg';
import { quoteName } from '../replication-values.ts';
import { LoadError } from './errors.ts';

interface ForeignKey {
  readonly name: string;
  readonly child: string;
  readonly parent: string;
  readonly columns: string[];
  readonly referenced: string[];
}

/** Those of the table and those to it that are enforced, those of partitions by their parent's. */
const KEYS = `
  SELECT k.conname AS name, k.conrelid::regclass::text AS child, k.confrelid::regclass::text AS parent,
    ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(n, i)
      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n ORDER BY u.i) AS columns,
    ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(n, i)
      JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n ORDER BY u.i) AS referenced
  FROM pg_constraint k
  WHERE k.contype = 'f' AND k.conparentid = 0 AND k.convalidated AND $1::oid IN (k.conrelid, k.confrelid)`;

/**
 * Looks for rows that refer to rows which are not there, as the server does not while its triggers are off.
 * @throws LoadError
 */
export async function checkForeignKeys(client: pg.Client, table: number): Promise<void> {
  const { rows } = await client.query<ForeignKey>(KEYS, [table]);
  for (const { name, child, parent, columns, referenced } of rows) {
    const set = columns.map((column) => `c.${quoteName(column)} IS NOT NULL`).join(' AND ');
    const same = columns
      .map((column, index) => `p.${quoteName(referenced[index] ?? '')} = c.${quoteName(column)}`)
      .join(' AND ');
    const answer = await client.query<{ n: string }>(
      `SELECT count(*) AS n FROM ${child} c WHERE ${set} AND NOT EXISTS (SELECT FROM ${parent} p WHERE ${same})`,
    );
    const lost = Number(answer.rows[0]?.n);
    if (lost > 0) {
      throw new LoadError(
        `${lost} rows of ${child} would refer to rows of ${parent} that are not there (${name}); load ${parent} too, or only add what is missing with --by merge`,
      );
    }
  }
}
