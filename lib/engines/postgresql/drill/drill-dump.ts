import type { DumpedDatabase } from '../../../catalog/logical-position.ts';
import { attempts } from '../../drill-attempt.ts';
import type { DrillTarget } from '../../drill-notes.ts';
import { EngineInputError } from '../../input-error.ts';
import type { ArchiveOptions } from '../load/archive.ts';
import { logicalBackups } from '../load/choose-backup.ts';
import { fetchFile } from '../load/fetch.ts';
import { loadGlobals } from '../load/globals.ts';
import { loadDatabase } from '../load/load-database.ts';
import { logicalSource } from '../load/logical-source.ts';
import type { LogicalManifest } from '../logical/position.ts';
import type { PostgresqlRun } from '../run.ts';
import { checkData } from './check-data.ts';
import type { DrillOptions, DrillPlace } from './drill.ts';
import { makeCluster } from './make-cluster.ts';
import { ScratchServer } from './scratch-server.ts';
import { ANY_DATABASE } from './superuser.ts';

/** Nobody is waiting for the server beside it. */
const JOBS = 2;

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
 * Loads every database of a dump into a new cluster with the roles that the dump has, counts the rows, and reads them all.
 * @throws what keeps any of it from being loaded
 */
export async function drillDump(
  run: PostgresqlRun,
  backup: LogicalManifest,
  options: DrillOptions,
  { folder, clock, notes }: DrillPlace,
): Promise<void> {
  const { binDir, target } = options;
  const [major = ''] = backup.serverVersion.split('.');
  notes.backup = backup.id;
  run.report({ level: 'info', message: 'making a cluster to load the dump into' });
  await makeCluster({ major, binDir, folder, signal: run.signal });
  const server = await ScratchServer.start({
    ...{ major, binDir, dataDir: folder.data, folder, signal: run.signal },
  });
  try {
    notes.versions.server = server.version;
    notes.phases.fetchSeconds = clock.elapsed();
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
    notes.rtoSeconds = clock.elapsed();
    notes.phases.recoverSeconds = notes.rtoSeconds - notes.phases.fetchSeconds;
    notes.recoveredTo = backup.consistentAt;
    if (target === 'latest') {
      const lost = clock.startedAt.getTime() - Date.parse(backup.consistentAt);
      notes.rpoSeconds = Math.max(0, lost) / 1000;
    }
    const databases = backup.position.databases.map(({ name }) => name);
    // They were compared when they were loaded.
    await checkData(run, server, { ...options, databases, counts: {}, notes });
    await server.stop();
    notes.phases.checkSeconds = clock.elapsed() - notes.rtoSeconds;
  } finally {
    await server.quit();
  }
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
