import { ThawPendingError } from '../../../catalog/errors.ts';
import type { ThawOrder } from '../../../catalog/thaw.ts';
import { withHidden } from '../../hidden-store.ts';
import { recordRestore } from '../../restore-record.ts';
import type { ServerAddress } from '../connection.ts';
import { countKey } from '../logical/format.ts';
import type { RestoreGoal } from '../restore/goal.ts';
import type { PostgresqlRun } from '../run.ts';
import { maintenanceAddress, openSession } from './admin.ts';
import type { ArchiveOptions } from './archive.ts';
import type { RowCounts } from './counts.ts';
import { withScratch } from './fetch.ts';
import { loadDatabase, type OldDatabase } from './load-database.ts';
import { loadTable, type TableWay } from './load-table.ts';
import type { LoadSource } from './source.ts';
import type { QualifiedName } from './sql-statements.ts';
import {
  inspectDatabase,
  inspectServer,
  refuseData,
  requireDatabases,
  type TargetServer,
} from './target-database.ts';
import { withSource } from './with-source.ts';

export interface LoadOptions extends ArchiveOptions {
  /** The server, and a database on it that is not looked at. */
  readonly address: ServerAddress;
  /** As it is called in the backup. */
  readonly database: string;
  /** What it is called on the server. @default as in the backup */
  readonly into?: string | undefined;
  /** The only table that is loaded, and how. @default the whole database */
  readonly table?: (QualifiedName & { readonly by: TableWay }) | undefined;
  /** The only backup to load, logical or physical. @default the newest logical one that holds what is wanted */
  readonly backup?: string | undefined;
  /** A state out of the physical backups and their WAL. */
  readonly to?: RestoreGoal | undefined;
  /** Undefined: a database that holds data is refused. */
  readonly replace?: OldDatabase | undefined;
  /** Asked for the name of what is replaced, before anything happens. @throws what refuses */
  readonly confirm: (name: string) => Promise<void>;
  /** Directory with room for the archive, and for the cluster where it is recovered. @default the system's temporary one */
  readonly scratch?: string | undefined;
  /** Folder of PostgreSQL's programs. @default Debian's folder of the server's major version, then the PATH */
  readonly binDir?: string | undefined;
  /** Who owns a recovered cluster, when root loads. @default the plan's server */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined;
  /** Connections that load at the same time. @default 2 */
  readonly jobs?: number | undefined;
  readonly thaw?: ThawOrder;
  /** Works while nobody else writes, once everything has been fetched. @default others go on */
  readonly alone?: (<T>(work: () => Promise<T>) => Promise<T>) | undefined;
}

/** Rows of one table. Null: it is not there, cannot be read, or the backup did not count it. */
interface LoadedRows {
  readonly before: number | null;
  readonly backup: number | null;
  readonly after: number | null;
}

export interface LoadResult {
  readonly backup: string;
  /** What was loaded: a database, or `database.schema.table`. */
  readonly target: string;
  /** What the replaced database or table is called now; null = it is gone, or there was none. */
  readonly kept: string | null;
  /** By `database.schema.table`, as in the backup. */
  readonly rows: Readonly<Record<string, LoadedRows>>;
  readonly seconds: number;
}

type Loaded = Pick<LoadResult, 'backup' | 'kept' | 'rows'>;

const JOBS = 2;

/**
 * Loads a database or a table of a backup into a running server.
 * @throws LoadRefusedError, ArchivedError, LockHeldError before anything is changed on the server
 * @throws ThawPendingError if it can only be loaded later; there is no record of that
 * @throws DamagedError, LoadError, ClientProgramError, ServerConnectError
 */
export async function loadPostgresql(
  context: PostgresqlRun,
  given: LoadOptions,
): Promise<LoadResult> {
  const run = withHidden(context);
  const options = { ...given, confirm: askedOnce(given.confirm) };
  const startedAt = run.now();
  const { database, table } = options;
  const into = options.into ?? database;
  const target = table ? countKey(into, table.schema, table.name) : into;
  let backup: string | null = options.backup ?? null;
  try {
    const server = await lookAtServer(run, { ...options.address, database: into }, options);
    const loaded = await withScratch(options.scratch, (folder) =>
      withSource(run, options, { folder, server }, (source) => {
        backup = source.backup;
        const address = { ...options.address, database: into };
        const work = () => load(run, source, address, server, options);
        return options.alone ? options.alone(work) : work();
      }),
    );
    const seconds = (run.now().getTime() - startedAt.getTime()) / 1000;
    await recordRestore(run, { startedAt, backup, target, error: null, rows: loaded.rows });
    return { target, ...loaded, seconds };
  } catch (error) {
    if (error instanceof ThawPendingError) throw error;
    await recordRestore(run, { startedAt, backup, target, error });
    throw error;
  }
}

/** Before anything is fetched, which may take hours. @throws LoadRefusedError; what `confirm` throws */
async function lookAtServer(
  { signal }: PostgresqlRun,
  address: ServerAddress,
  { table, replace, confirm }: LoadOptions,
): Promise<TargetServer> {
  const { database } = address;
  const admin = await openSession(await maintenanceAddress(address, database), signal);
  const look = async () => {
    const server = await inspectServer(admin);
    if (table) return { server, holdsData: false };
    requireDatabases(server);
    const found = await inspectDatabase(admin, address, signal);
    refuseData(database, found, replace);
    return { server, holdsData: found === 'data' };
  };
  const { server, holdsData } = await look().finally(() => admin.end());
  if (holdsData) await confirm(database);
  return server;
}

function askedOnce(confirm: LoadOptions['confirm']): LoadOptions['confirm'] {
  const confirmed = new Set<string>();
  return async (name) => {
    if (confirmed.has(name)) return;
    await confirm(name);
    confirmed.add(name);
  };
}

async function load(
  run: PostgresqlRun,
  source: LoadSource,
  address: ServerAddress,
  server: TargetServer,
  options: LoadOptions,
): Promise<Loaded> {
  const { database, table, binDir, confirm, jobs = JOBS, replace } = options;
  if (!table) {
    const expected = { database, counts: source.counts };
    const settings = { ...options, jobs, replace };
    const { kept, before, after } = await loadDatabase(
      run,
      source.archive,
      address,
      expected,
      settings,
    );
    return { backup: source.backup, kept, rows: rowsOf(before, source.counts, after) };
  }
  const { kept, ...rows } = await loadTable(run, source, address, {
    ...{ table, by: table.by, database, serverMajor: server.major, binDir, confirm },
  });
  const name = countKey(database, table.schema, table.name);
  return { backup: source.backup, kept, rows: { [name]: rows } };
}

function rowsOf(before: RowCounts | null, backup: RowCounts, after: RowCounts): LoadResult['rows'] {
  const names = new Set([before, backup, after].flatMap((counts) => [...(counts?.keys() ?? [])]));
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
