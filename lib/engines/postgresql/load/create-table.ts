import type pg from 'pg';
import type { ArchivedTable } from './archived-table.ts';
import { LoadError } from './errors.ts';
import { quoteTable } from './live-table.ts';
import { makeTables } from './make-table.ts';
import { copyRows } from './stage-rows.ts';
import type { TableData } from './table-data.ts';
import type { TableDefinitions } from './table-definitions.ts';

/**
 * Makes a table that is gone, with its partitions and its rows, in one transaction. Returns its rows.
 * @param counted rows in the backup; null = not known
 * @throws LoadError if they are others; then nothing was made
 */
export async function createTable(
  client: pg.Client,
  { table, all }: ArchivedTable,
  definitions: TableDefinitions,
  rows: AsyncIterable<TableData>,
  counted: number | null,
): Promise<number> {
  await client.query('BEGIN');
  try {
    await makeTables(client, all, definitions.before);
    for await (const data of rows) await copyRows(client, data, quoteTable(data.table));
    for (const statement of definitions.after) await client.query(statement);
    const answer = await client.query<{ n: string }>(
      `SELECT count(*) AS n FROM ${quoteTable(table)}`,
    );
    const made = Number(answer.rows[0]?.n);
    if (counted !== null && made !== counted) {
      throw new LoadError(
        `${quoteTable(table)} would have ${made} rows and not the ${counted} of the backup; verify it`,
      );
    }
    await client.query('COMMIT');
    return made;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
