import type { DumpedDatabase } from '../../../catalog/logical-position.ts';
import type { BackupWriter } from '../../../catalog/writer.ts';
import { PreflightError } from '../preflight-error.ts';
import { quoteName } from '../replication-values.ts';
import type { ServerDatabase } from './databases.ts';
import { csvFile } from './format.ts';
import type { DatabaseSnapshot } from './snapshot.ts';
import { type ServerTable, tableSql } from './tables.ts';

type CsvExport = DumpedDatabase['csv'][number];

/** Columns that can be loaded again; a generated one is computed. */
const COLUMNS = `
  SELECT a.attname AS name, c.relkind = 'r' AS plain
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
   WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
   ORDER BY a.attnum`;

interface ExportOptions {
  readonly snapshot: DatabaseSnapshot;
  readonly database: ServerDatabase;
  readonly writer: BackupWriter;
  readonly signal: AbortSignal;
  readonly count: (body: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
}

/** Writes the rows of one table, as the snapshot has them, into a file of the backup. @throws PreflightError */
export async function exportCsv(
  table: ServerTable,
  { snapshot, database, writer, signal, count }: ExportOptions,
): Promise<CsvExport> {
  const found = await snapshot.query<{ name: string; plain: boolean }>(COLUMNS, [table.oid]);
  const columns = found.map(({ name }) => name);
  if (!found[0]) {
    throw new PreflightError(
      `${tableSql(table)} has no columns that could be exported`,
      'take it out of csv in the plan',
    );
  }
  // The rows of tables that inherit from it are theirs; those of partitions are the table's own.
  const from = `${found[0].plain ? 'ONLY ' : ''}${tableSql(table)}`;
  const rows = snapshot.copy(
    `COPY (SELECT ${columns.map(quoteName).join(', ')} FROM ${from}) TO STDOUT (FORMAT csv, HEADER)`,
  );
  const { name: file } = await writer.writeFile(csvFile(database, table), count(rows), {
    encoding: 'zstd',
    signal,
  });
  return { schema: table.schema, table: table.name, columns, file };
}
