import type { DumpedDatabase } from '../../../catalog/logical-position.ts';
import { attempts } from '../../drill-attempt.ts';
import type { DrillTarget } from '../../drill-notes.ts';
import type { DrillPlace } from '../../drill-run.ts';
import { EngineInputError } from '../../input-error.ts';
import { requireFree } from '../../restore-target.ts';
import type { ArchiveOptions } from '../load/archive.ts';
import { logicalBackups } from '../load/choose-backup.ts';
import { fetchFile } from '../load/fetch.ts';
import { loadGlobals } from '../load/globals.ts';
import { loadDatabase } from '../load/load-database.ts';
import { logicalSource } from '../load/logical-source.ts';
import type { LogicalManifest } from '../logical/position.ts';
import type { PostgresqlRun } from '../run.ts';
import { checkData } from './check-data.ts';
import type { DrillOptions } from './drill.ts';
import { makeCluster } from './make-cluster.ts';
import type { ClusterFolder } from './scratch-folder.ts';
import { ScratchServer } from './scratch-server.ts';
import { ANY_DATABASE } from './superuser.ts';

/** Nobody is waiting for the server beside it. */
const JOBS = 2;

/** As much as a server with default settings keeps. */
const WAL_BYTES = 1024 ** 3;
/** With one segment of WAL, before anything is loaded. */
const EMPTY_CLUSTER_BYTES = 64 * 1024 ** 2;

/**
 * The dump that is drilled: the one that is named, or the newest whole one of a source that is backed up in no other way.
 * Undefined where a physical backup is.
 * @throws EngineInputError where it holds chosen tables alone
 */
export async function dumpToDrill(
  run: PostgresqlRun,
  target: DrillTarget,
): Promise<LogicalManifest | undefined> {
  const physical = run.source.protections.some(({ kind }) => kind === 'full');
  if (target instanceof Date || (target === 'latest' && physical)) return undefined;
  const backups = await logicalBackups(run, target === 'latest');
  const dump =
    target === 'latest'
      ? (backups.find(isWhole) ?? backups[0])
      : backups.find(({ id }) => id === target.backup);
  if (!dump || isWhole(dump)) return dump;
  throw new EngineInputError(
    `${dump.id} holds chosen tables alone, and types, schemas and tables that they need may be in none of it; drill a base backup or a dump of whole databases, and look at these tables with: tidemark load --table`,
  );
}

const isWhole = ({ position }: LogicalManifest): boolean =>
  position.databases.every(({ tables }) => tables === null);

/**
 * Bytes that have to be free: the largest archive, and what the databases become. A dump has no indexes and stores values
 * as text, so that this is an estimate: it takes twice as much as the dump for enough.
 */
export function dumpRoom({ files }: LogicalManifest): number {
  const sizes = files.map(({ logicalSize }) => logicalSize);
  const loaded = 2 * sizes.reduce((sum, size) => sum + size, 0);
  return Math.max(...sizes) + loaded + Math.min(loaded, WAL_BYTES) + EMPTY_CLUSTER_BYTES;
}

/**
 * Loads every database of a dump into a new cluster with the roles that the dump has, counts the rows, and reads them all.
 * @throws what keeps any of it from being loaded
 */
export async function drillDump(
  run: PostgresqlRun,
  backup: LogicalManifest,
  options: DrillOptions,
  { folder, notes, ...phase }: DrillPlace<ClusterFolder>,
): Promise<void> {
  const { binDir } = options;
  const [major = ''] = backup.serverVersion.split('.');
  notes.backup = backup.id;
  await requireFree(folder.path, dumpRoom(backup), 'databases that are loaded from this dump');
  run.report({ level: 'info', message: 'making a cluster to load the dump into' });
  await makeCluster({ major, binDir, folder, signal: run.signal });
  const server = await ScratchServer.start({
    ...{ major, binDir, dataDir: folder.data, folder, signal: run.signal },
  });
  try {
    notes.versions.server = server.version;
    phase.fetched();
    const attempt = attempts(notes.problems, run.signal);
    const { globals } = backup.position;
    if (globals) {
      const file = await fetchFile(run, backup, globals.file, folder.path);
      await attempt('the roles', () => loadGlobals(run, file, server.address(ANY_DATABASE)));
    }
    const without = globals === null;
    // Tablespaces are on the original machine.
    const parts = { noOwner: without, noPrivileges: without, noTablespaces: true };
    for (const database of backup.position.databases) {
      await attempt(`database ${database.name}`, () =>
        load(run, server, { backup, database }, { parts, major, binDir, folder: folder.path }),
      );
    }
    phase.recovered(new Date(backup.consistentAt));
    const databases = backup.position.databases.map(({ name }) => name);
    // They were compared when they were loaded.
    const counts = {};
    const expectations = askable(run, options.expectations, databases);
    await checkData(run, server, { ...options, expectations, databases, counts, notes });
    await server.stop();
    phase.checked();
  } finally {
    await server.quit();
  }
}

/** What the plan expects is about its database, which a dump of others does not hold. */
function askable(
  { source, report }: PostgresqlRun,
  expectations: DrillOptions['expectations'],
  databases: readonly string[],
): DrillOptions['expectations'] {
  const { database } = source.settings.server;
  if (expectations.length === 0 || databases.includes(database)) return expectations;
  const message = `no query is asked: they are about database ${database}, which is not in this dump`;
  report({ level: 'warning', message });
  return [];
}

interface Loading {
  readonly parts: ArchiveOptions;
  readonly major: string;
  readonly binDir: string | undefined;
  readonly folder: string;
}

async function load(
  run: PostgresqlRun,
  server: ScratchServer,
  chosen: { readonly backup: LogicalManifest; readonly database: DumpedDatabase },
  { parts, major, binDir, folder }: Loading,
): Promise<void> {
  const { name } = chosen.database;
  const address = server.address(name);
  const source = await logicalSource(run, chosen, {
    ...parts,
    ...{ folder, address, serverMajor: major, binDir, thaw: undefined },
  });
  await loadDatabase(
    run,
    source.archive,
    address,
    { database: name, counts: source.counts },
    { ...parts, replace: 'drop', jobs: JOBS, confirm: async () => undefined },
  );
}
