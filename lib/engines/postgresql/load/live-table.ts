import type pg from 'pg';
import { quoteName } from '../replication-values.ts';
import { LoadRefusedError } from './errors.ts';
import type { QualifiedName } from './sql-statements.ts';

/** A table of the running database that gets rows back. */
export interface LiveTable extends QualifiedName {
  readonly oid: number;
  /** As SQL wants it. */
  readonly quoted: string;
  readonly partitioned: boolean;
  /** Names of the columns that are not generated. */
  readonly columns: readonly string[];
}

interface TableRow {
  readonly oid: number;
  readonly relkind: string;
  readonly columns: string[];
}

export const quoteTable = ({ schema, name }: QualifiedName): string =>
  `${quoteName(schema)}.${quoteName(name)}`;

/** Where its rows are, as an archive has them: those of tables that inherit from it are theirs, those of partitions its own. */
export const ownRows = ({ quoted, partitioned }: LiveTable): string =>
  partitioned ? quoted : `ONLY ${quoted}`;

/** Undefined if there is none. @throws LoadRefusedError if it is no table */
export async function findTable(
  client: pg.Client,
  table: QualifiedName,
): Promise<LiveTable | undefined> {
  const { rows } = await client.query<TableRow>(
    `SELECT c.oid AS oid, c.relkind, ARRAY(
       SELECT a.attname::text FROM pg_attribute a
       WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum
     ) AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2`,
    [table.schema, table.name],
  );
  const [row] = rows;
  if (!row) return undefined;
  if (!['r', 'p'].includes(row.relkind)) {
    throw new LoadRefusedError(
      `${table.schema}.${table.name} is no table on the server; load the whole database beside with --into`,
    );
  }
  return {
    ...table,
    oid: row.oid,
    quoted: quoteTable(table),
    partitioned: row.relkind === 'p',
    columns: row.columns,
  };
}

/** @throws LoadRefusedError if rows of the backup have columns that the table has not */
export function checkColumns(table: LiveTable, columns: readonly string[]): void {
  const missing = columns.filter((column) => !table.columns.includes(column));
  if (missing.length === 0) return;
  throw new LoadRefusedError(
    `${table.schema}.${table.name} has no columns ${missing.join(', ')} that rows can be loaded into, and the backup has; load the whole database beside with --into, or add them`,
  );
}
