import type { DrillRun } from '../../../catalog/run-record.ts';
import type { DrillTarget } from '../../drill-notes.ts';
import type { DrillRoom } from '../../drill-room.ts';
import { type DrillPlace, runDrill } from '../../drill-run.ts';
import type { Expectation } from '../../expectations.ts';
import { withHidden } from '../../hidden-store.ts';
import { chooseOwner, type Owner } from '../../restore-target.ts';
import { type Choice, choose } from '../restore/choose.ts';
import { neededRoom } from '../restore/needed-room.ts';
import { restoreChosen } from '../restore/restore.ts';
import { inspectTarget } from '../restore/target.ts';
import type { PostgresqlRun } from '../run.ts';
import { checkData } from './check-data.ts';
import { drillDump, dumpRoom, dumpToDrill } from './drill-dump.ts';
import { recoveredTo } from './recovered-to.ts';
import { type ClusterFolder, makeClusterFolder } from './scratch-folder.ts';
import { ScratchServer } from './scratch-server.ts';

export interface DrillOptions {
  /** An existing directory with room for the data; the drill makes a folder of its own in it and removes that again. */
  readonly scratch: string;
  readonly target: DrillTarget;
  /** SQL, asked in the plan's database. */
  readonly expectations: readonly Expectation[];
  /** Also compare every B-tree index with its table, and look at the structure of every table. */
  readonly amcheck: boolean;
  /** Folder of PostgreSQL's programs. @default as for a restore */
  readonly binDir?: string;
  /** Who owns the data, when root drills. @default the plan's server */
  readonly owner?: Owner;
}

/**
 * Restores into a scratch folder, starts a server on what came back, reads every row, and writes a run record of what was
 * found.
 * @throws as `runDrill`
 */
export const drillPostgresql = (run: PostgresqlRun, options: DrillOptions): Promise<DrillRun> =>
  runDrill(run, {
    target: options.target,
    makeFolder: async () => {
      const owner = chooseOwner({ ...options, planOwner: run.source.settings.server });
      return makeClusterFolder(options.scratch, owner);
    },
    perform: async (place) => {
      const seeing = withHidden(run);
      const dump = await dumpToDrill(seeing, options.target);
      if (dump) await drillDump(seeing, dump, options, place);
      else await drillCluster(seeing, options, place);
    },
  });

/** What a drill needs. @throws as `choose` where there is no such state */
export async function drillRoom(context: PostgresqlRun, target: DrillTarget): Promise<DrillRoom> {
  const run = withHidden(context);
  const dump = await dumpToDrill(run, target);
  if (dump) return { backup: dump.id, bytes: dumpRoom(dump) };
  const choice = await chooseState(run, target);
  return { backup: choice.route.base.id, bytes: neededRoom(choice) };
}

const chooseState = (run: PostgresqlRun, target: DrillTarget): Promise<Choice> =>
  choose(
    run,
    target === 'latest' || target instanceof Date
      ? { to: target }
      : { to: 'latest', backup: target.backup },
  );

async function drillCluster(
  run: PostgresqlRun,
  options: DrillOptions,
  { folder, notes, ...phase }: DrillPlace<ClusterFolder>,
): Promise<void> {
  const { target: wanted } = options;
  const planOwner = run.source.settings.server;
  const target = await inspectTarget({ ...options, target: folder.data, planOwner });
  const choice = await chooseState(run, wanted);
  const { base } = choice.route;
  notes.backup = base.id;
  const restored = await restoreChosen(run, options, target, choice);
  phase.fetched(restored.seconds.recovery);
  run.report({ level: 'info', message: 'starting a server on what was restored' });
  const server = await ScratchServer.start({
    major: base.serverVersion.split('.')[0] ?? '',
    binDir: options.binDir,
    dataDir: target.dataDir,
    folder,
    signal: run.signal,
  });
  try {
    notes.versions.server = server.version;
    const upTo = recoveredTo(wanted, choice.route, restored);
    phase.recovered(upTo);
    // What the engine counted when it took the backup holds for that state and no later one.
    const counts = upTo.getTime() === Date.parse(base.consistentAt) ? base.counts : {};
    const databases = [run.source.settings.server.database];
    await checkData(run, server, { ...options, databases, counts, notes });
    await server.stop();
    phase.checked();
  } finally {
    await server.quit();
  }
}
