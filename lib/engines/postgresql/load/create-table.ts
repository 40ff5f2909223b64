import type pg from 'pg';
import type { ArchivedTable } from './archived-table.ts';
import { quoteTable } from './live-table.ts';
import { makeTables } from './make-table.ts';
import { copyRows } from './stage-rows.ts';
import type { TableData } from './table-data.ts';
import type { TableDefinitions } from './table-definitions.ts';

/** Makes a table that is gone, with its partitions and its rows, in one transaction. Returns its rows. */
export async function createTable(
  client: pg.Client,
  { table, all }: ArchivedTable,
  definitions: TableDefinitions,
  rows: AsyncIterable<TableData>,
): Promise<number> {
  await client.query('BEGIN');
  try {
    await makeTables(client, all, definitions.before);
    for await (const data of rows) await copyRows(client, data, quoteTable(data.table));
    for (const statement of definitions.after) await client.query(statement);
    const answer = await client.query<{ n: string }>(
      `SELECT count(*) AS n FROM ${quoteTable(table)}`,
    );
    await client.query('COMMIT');
    return Number(answer.rows[0]?.n);
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
