import type { DumpedDatabase } from '../../../catalog/logical-position.ts';
import type { BackupWriter } from '../../../catalog/writer.ts';
import { Progress } from '../base-backup-progress.ts';
import type { ServerAddress } from '../connection.ts';
import { quoteName } from '../replication-values.ts';
import type { PostgresqlRun } from '../run.ts';
import { type ArchiveContents, ArchiveReader } from './archive-contents.ts';
import { archive } from './archive-stream.ts';
import { exportCsv } from './csv.ts';
import type { ServerDatabase } from './databases.ts';
import { ArchiveError } from './errors.ts';
import { countKey, dumpFile } from './format.ts';
import { plannedDump } from './planned-dump.ts';
import type { DumpPrograms } from './programs.ts';
import { DatabaseSnapshot } from './snapshot.ts';
import { chosenTables, type ServerTable, tableSql, tablesNamed, tablesWithRows } from './tables.ts';

interface DumpOptions {
  readonly address: ServerAddress;
  readonly env: NodeJS.ProcessEnv;
  readonly programs: DumpPrograms;
  readonly writer: BackupWriter;
}

/** A database as it was written, and how many rows of it. */
interface Dumped {
  readonly dumped: DumpedDatabase;
  readonly counts: Readonly<Record<string, number>>;
}

/**
 * Writes one database: its archive and its CSV files, all of one snapshot.
 * @throws PreflightError, ClientProgramError, ArchiveError; what the writer throws; the signal's reason
 */
export async function dumpDatabase(
  run: PostgresqlRun,
  database: ServerDatabase,
  { address, env, programs, writer }: DumpOptions,
): Promise<Dumped> {
  const { signal } = run;
  const dump = plannedDump(run.source);
  const progress = new Progress(run, `dumping ${quoteName(database.name)}`, database.bytes);
  const count = (body: AsyncIterable<Uint8Array>) => progress.count(body);
  const snapshot = await DatabaseSnapshot.open(address, database.name, signal);
  try {
    const tables = await chosenTables(snapshot, dump, database.name);
    const exported = await tablesNamed(snapshot, dump.csv ?? [], database.name);
    const expected = dump.schemaOnly ? [] : await tablesWithRows(snapshot);
    const reader = new ArchiveReader();
    const body = archive({
      programs,
      env,
      signal,
      database: database.name,
      snapshot: snapshot.id,
      schemaOnly: dump.schemaOnly,
      tables,
      reader,
      warn: (message) =>
        run.report({ level: 'warning', message: `${quoteName(database.name)}: ${message}` }),
    });
    const file = await writer.writeFile(dumpFile(database.oid, database.name), count(body), {
      encoding: 'zstd',
      signal,
    });
    const contents = reader.end();
    checkTables(contents, expected, tables);
    const csv: DumpedDatabase['csv'] = [];
    for (const table of exported) {
      csv.push(await exportCsv(table, { snapshot, database, writer, signal, count }));
    }
    return {
      dumped: {
        name: database.name,
        file: file.name,
        data: !dump.schemaOnly,
        tables: tables?.map(({ schema, name }) => ({ schema, name })) ?? null,
        snapshotAt: snapshot.takenAt.toISOString(),
        csv,
      },
      counts: countsOf(database.name, contents),
    };
  } finally {
    await snapshot.close();
  }
}

/** @throws ArchiveError if the rows of a table that the snapshot has are not in the archive */
function checkTables(
  { tables }: ArchiveContents,
  expected: readonly ServerTable[],
  chosen: readonly ServerTable[] | null,
): void {
  const found = new Set(tables.map(tableSql));
  const wanted = chosen && new Set(chosen.map(tableSql));
  const missing = expected
    .map(tableSql)
    .filter((table) => (wanted?.has(table) ?? true) && !found.has(table));
  if (missing.length > 0) {
    throw new ArchiveError(
      `it has no rows of ${missing.length} tables (${missing.slice(0, 5).join(', ')})`,
    );
  }
}

function countsOf(database: string, contents: ArchiveContents): Record<string, number> {
  const counts = contents.tables.map(({ schema, name, rows }) => [
    countKey(database, schema, name),
    rows,
  ]);
  const objects =
    contents.largeObjects === 0
      ? []
      : [[countKey(database, 'pg_catalog', 'pg_largeobject_metadata'), contents.largeObjects]];
  return Object.fromEntries([...counts, ...objects]);
}
