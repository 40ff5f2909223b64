import { archivedKeys } from '../../../catalog/archived.ts';
import { ThawPendingError } from '../../../catalog/errors.ts';
import { fileKeys } from '../../../catalog/files.ts';
import type { Manifest } from '../../../catalog/manifest.ts';
import { ensureThawed, type ThawOrder } from '../../../catalog/thaw.ts';
import { withHidden } from '../../hidden-store.ts';
import type { ServerAddress } from '../connection.ts';
import { recordRestore } from '../restore/record.ts';
import type { PostgresqlRun } from '../run.ts';
import { maintenanceAddress, openSession } from './admin.ts';
import { Archive, type ArchiveOptions, findPgRestore } from './archive.ts';
import { chooseBackup, logicalBackups } from './choose-backup.ts';
import { countsOf, type RowCounts } from './counts.ts';
import { fetchFile, fileOf, withScratch } from './fetch.ts';
import { loadDatabase, type OldDatabase } from './load-database.ts';
import { inspectServer } from './target-database.ts';

export interface LoadOptions extends ArchiveOptions {
  /** The server, and a database on it that is not looked at. */
  readonly address: ServerAddress;
  /** As it is called in the backup. */
  readonly database: string;
  /** What it is called on the server. @default as in the backup */
  readonly into?: string | undefined;
  /** The only backup to load. @default the newest one that holds the database */
  readonly backup?: string | undefined;
  /** Undefined: a database that holds data is refused. */
  readonly replace?: OldDatabase | undefined;
  /** Asked for the name of what is replaced, before anything happens. @throws what refuses */
  readonly confirm: (name: string) => Promise<void>;
  /** Directory with room for the archive. @default the system's temporary one */
  readonly scratch?: string | undefined;
  /** Folder of PostgreSQL's programs. @default Debian's folder of the server's major version, then the PATH */
  readonly binDir?: string | undefined;
  /** Connections that load at the same time. @default 2 */
  readonly jobs?: number | undefined;
  readonly thaw?: ThawOrder;
}

/** Rows of one table. Null: it is not there, cannot be read, or the backup did not count it. */
export interface LoadedRows {
  readonly before: number | null;
  readonly backup: number | null;
  readonly after: number | null;
}

export interface LoadResult {
  readonly backup: string;
  /** Where the rows were loaded into. */
  readonly target: string;
  /** What the replaced database or table is called now; null = it is gone, or there was none. */
  readonly kept: string | null;
  /** By `database.schema.table`, as in the backup. */
  readonly rows: Readonly<Record<string, LoadedRows>>;
  readonly seconds: number;
}

const JOBS = 2;

/**
 * Loads a database of a logical backup into a running server.
 * @throws LoadRefusedError, ArchivedError, LockHeldError before anything is changed on the server
 * @throws ThawPendingError if it can only be loaded later; there is no record of that
 * @throws DamagedError, LoadError, ClientProgramError, ServerConnectError
 */
export async function loadPostgresql(
  context: PostgresqlRun,
  options: LoadOptions,
): Promise<LoadResult> {
  const run = withHidden(context);
  const startedAt = run.now();
  const target = options.into ?? options.database;
  let backup: string | null = null;
  try {
    const chosen = chooseBackup(await logicalBackups(run), {
      database: options.database,
      table: undefined,
      backup: options.backup,
    });
    backup = chosen.backup.id;
    const result = await withScratch(options.scratch, async (folder) => {
      const { file } = chosen.database;
      await ensureReadable(run, chosen.backup, file, options.thaw);
      const archive = await openArchive(run, chosen.backup, { file, folder, ...options });
      const expected = countsOf(chosen.backup.counts, options.database);
      const address = { ...options.address, database: target };
      const load = await loadDatabase(
        run,
        archive,
        address,
        { database: options.database, counts: expected },
        { ...options, jobs: options.jobs ?? JOBS, replace: options.replace },
      );
      return { ...load, rows: rowsOf(load.before, expected, load.after) };
    });
    const loaded = {
      backup: chosen.backup.id,
      target,
      kept: result.kept,
      rows: result.rows,
      seconds: (run.now().getTime() - startedAt.getTime()) / 1000,
    };
    await recordRestore(run, { startedAt, backup, target, error: null, rows: loaded.rows });
    return loaded;
  } catch (error) {
    if (error instanceof ThawPendingError) throw error;
    await recordRestore(run, { startedAt, backup, target, error });
    throw error;
  }
}

/** @throws ArchivedError, ThawPendingError */
async function ensureReadable(
  run: PostgresqlRun,
  backup: Manifest,
  name: string,
  thaw: ThawOrder | undefined,
): Promise<void> {
  const archived = new Set(await archivedKeys(run.store, backup));
  const keys = fileKeys(backup, fileOf(backup, name)).filter((key) => archived.has(key));
  await ensureThawed(run, backup.id, keys, thaw);
}

async function openArchive(
  run: PostgresqlRun,
  backup: Manifest,
  options: Pick<LoadOptions, 'address' | 'binDir'> & { file: string; folder: string },
): Promise<Archive> {
  const { folder } = options;
  const [archiveMajor = ''] = backup.serverVersion.split('.');
  const admin = await openSession(
    await maintenanceAddress(options.address, options.address.database),
    run.signal,
  );
  const server = await inspectServer(admin).finally(() => admin.end());
  const majors = { archive: archiveMajor, server: server.major };
  const program = await findPgRestore(majors, options.binDir);
  const path = await fetchFile(run, backup, options.file, folder);
  return new Archive({ path, folder, program, signal: run.signal });
}

function rowsOf(
  before: RowCounts | null,
  backup: RowCounts,
  after: RowCounts,
): Record<string, LoadedRows> {
  const names = new Set([...(before ?? new Map()).keys(), ...backup.keys(), ...after.keys()]);
  return Object.fromEntries(
    [...names].sort().map((name) => [
      name,
      {
        before: before?.get(name) ?? null,
        backup: backup.get(name) ?? null,
        after: after.get(name) ?? null,
      },
    ]),
  );
}
