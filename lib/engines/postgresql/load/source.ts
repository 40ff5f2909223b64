import type { Archive } from './archive.ts';
import type { ArchivedTable } from './archived-table.ts';
import type { RowCounts } from './counts.ts';
import type { TableDefinitions } from './table-definitions.ts';

/** What a load takes its data from: a dump that is stored, or one of a backup that was recovered for it. */
export interface LoadSource {
  readonly backup: string;
  readonly archive: Archive;
  /** Rows by the names of the archive's database. */
  readonly counts: RowCounts;
  /** What makes a table that is not there any more. */
  definitions(table: ArchivedTable): Promise<TableDefinitions>;
}
