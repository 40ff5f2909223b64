import type { ThawOrder } from '../../../catalog/thaw.ts';
import type { ServerAddress } from '../connection.ts';
import type { PostgresqlRun } from '../run.ts';
import { maintenanceAddress, openSession } from './admin.ts';
import { Archive, type ArchiveOptions, findPgRestore, optionArgs } from './archive.ts';
import type { ArchivedTable } from './archived-table.ts';
import { createBeside, dropBeside } from './beside.ts';
import type { ChosenBackup } from './choose-backup.ts';
import { countsOf } from './counts.ts';
import { besideName } from './database-names.ts';
import { LoadRefusedError } from './errors.ts';
import { fetchFile } from './fetch.ts';
import { ensureReadable } from './readable.ts';
import type { LoadSource } from './source.ts';
import { findPgDump, readDefinitions, type TableDefinitions } from './table-definitions.ts';

interface LogicalSourceOptions extends ArchiveOptions {
  readonly folder: string;
  /** Of the server that is loaded, and its major version. */
  readonly address: ServerAddress;
  readonly serverMajor: string;
  readonly binDir: string | undefined;
  readonly thaw: ThawOrder | undefined;
}

/**
 * The archive of one database out of a logical backup, on this machine, every byte of it checked.
 * @throws LoadRefusedError, ArchivedError, ThawPendingError, DamagedError
 */
export async function logicalSource(
  run: PostgresqlRun,
  { backup, database }: ChosenBackup,
  options: LogicalSourceOptions,
): Promise<LoadSource> {
  const { folder, binDir, serverMajor } = options;
  const [archiveMajor = ''] = backup.serverVersion.split('.');
  const majors = { archive: archiveMajor, server: serverMajor };
  const program = await findPgRestore(majors, binDir);
  await ensureReadable(run, backup, database.file, options.thaw);
  if (!database.data) {
    const message = `${backup.id} holds definitions of ${database.name} and no rows`;
    run.report({ level: 'warning', message });
  }
  const path = await fetchFile(run, backup, database.file, folder);
  const archive = new Archive({ path, folder, program, signal: run.signal });
  return {
    backup: backup.id,
    archive,
    counts: countsOf(backup.counts, database.name),
    definitions: (table) => {
      if (database.tables === null) return definitionsBeside(run, archive, table, options);
      throw new LoadRefusedError(
        `${table.table.schema}.${table.table.name} is not on the server, and ${backup.id} holds only chosen tables, without what they are made of; make the table, then load its rows`,
      );
    },
  };
}

/** An archive does not say what belongs to one table: a server does, once it holds every definition. */
async function definitionsBeside(
  { signal }: PostgresqlRun,
  archive: Archive,
  { all }: ArchivedTable,
  options: LogicalSourceOptions,
): Promise<TableDefinitions> {
  const { address, serverMajor, binDir } = options;
  const program = await findPgDump(serverMajor, binDir);
  const { database } = address;
  const name = besideName(database);
  const place = await maintenanceAddress(address, database);
  const admin = await openSession(place, signal);
  try {
    await createBeside(admin, archive, { name, database }, options);
    const beside = { ...address, database: name };
    await archive.restore(beside, 1, options, ['--schema-only']);
    const args = optionArgs(options);
    return await readDefinitions({ address: beside, tables: all, program, args, signal });
  } finally {
    await admin.end().catch(() => undefined);
    const session = await openSession(place);
    await dropBeside(session, name, database).finally(() => session.end());
  }
}
