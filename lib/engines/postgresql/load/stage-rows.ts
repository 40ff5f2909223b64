import type pg from 'pg';
import { CopyInCommand } from '../copy-in-command.ts';
import { quoteName, quoteText } from '../replication-values.ts';
import type { Archive } from './archive.ts';
import { type ArchivedTable, rowsOf } from './archived-table.ts';
import { checkColumns, type LiveTable } from './live-table.ts';
import type { TableData } from './table-data.ts';

const STAGE = 'pg_temp.tidemark_rows';

/** Rows of a backup in a table of the session's own, where they touch nothing yet. */
export interface StagedRows {
  /** As SQL wants it. */
  readonly stage: string;
  /** Of the table that they are for, as SQL wants them, in the order of the rows. */
  readonly columns: string;
  readonly rows: number;
}

/**
 * Brings the rows of a table to the server, into a temporary table with exactly their columns.
 * @throws LoadRefusedError if the table has other columns
 */
export async function stageRows(
  client: pg.Client,
  archive: Archive,
  archived: ArchivedTable,
  live: LiveTable,
): Promise<StagedRows> {
  let columns: string | undefined;
  for await (const data of rowsOf(archive, archived)) {
    checkColumns(live, data.columns);
    if (columns === undefined) {
      columns = list(data.columns);
      await client.query(
        `CREATE TEMP TABLE tidemark_rows AS SELECT ${columns} FROM ${live.quoted} WITH NO DATA`,
      );
    }
    await copyRows(client, data, STAGE);
  }
  const { rows } = await client.query<{ n: string }>(`SELECT count(*) AS n FROM ${STAGE}`);
  return { stage: STAGE, columns: columns ?? '', rows: Number(rows[0]?.n) };
}

/** Rows as they are in the archive, into another table with the same columns. */
export async function copyRows(client: pg.Client, data: TableData, into: string): Promise<void> {
  await client.query(`SET client_encoding = ${quoteText(data.encoding)}`);
  const command = `COPY ${into} (${list(data.columns)}) FROM STDIN`;
  await client.query(new CopyInCommand(command, data.rows)).done;
  await client.query("SET client_encoding = 'UTF8'");
}

const list = (columns: readonly string[]): string => columns.map(quoteName).join(', ');
