import { claimStore } from '../../../catalog/reader.ts';
import type { DrillRun } from '../../../catalog/run-record.ts';
import { type DrillNotes, type DrillTarget, noNotes } from '../../drill-notes.ts';
import { recordDrill, wasNotTried } from '../../drill-record.ts';
import { withHidden } from '../../hidden-store.ts';
import { chooseOwner, type Owner } from '../../restore-target.ts';
import { choose } from '../restore/choose.ts';
import { restoreChosen } from '../restore/restore.ts';
import { inspectTarget } from '../restore/target.ts';
import type { PostgresqlRun } from '../run.ts';
import { checkData } from './check-data.ts';
import { drillDump, dumpToDrill } from './drill-dump.ts';
import type { Expectation } from './expectations.ts';
import { recoveredTo } from './recovered-to.ts';
import { createScratchFolder, type ScratchFolder } from './scratch-folder.ts';
import { ScratchServer } from './scratch-server.ts';

export interface DrillOptions {
  /** An existing directory with room for the data; the drill makes a folder of its own in it and removes that again. */
  readonly scratch: string;
  readonly target: DrillTarget;
  /** Asked in the plan's database. */
  readonly expectations: readonly Expectation[];
  /** Also compare every B-tree index with its table, and look at the structure of every table. */
  readonly amcheck: boolean;
  /** Folder of PostgreSQL's programs. @default as for a restore */
  readonly binDir?: string;
  /** Who owns the data, when root drills. @default the plan's server */
  readonly owner?: Owner;
}

interface Clock {
  readonly startedAt: Date;
  /** Seconds since then. */
  readonly elapsed: () => number;
}

/** Where a drill works, and what it notes. */
export interface DrillPlace {
  readonly folder: ScratchFolder;
  readonly clock: Clock;
  readonly notes: DrillNotes;
}

/**
 * Restores into a scratch folder, starts a server on what came back, reads the data, and writes a run record of what
 * was found. Nothing is left behind but the record. The record of a drill that failed says so.
 * @throws RestoreTargetError, ArchivedError, EngineInputError if it cannot begin; ForeignStoreError; the signal's reason, after recording it
 */
export async function drillPostgresql(
  run: PostgresqlRun,
  options: DrillOptions,
): Promise<DrillRun> {
  const began = performance.now();
  const clock = { startedAt: run.now(), elapsed: () => (performance.now() - began) / 1000 };
  // A store of somebody else gets no record either.
  await claimStore(run.store, run.compiled.plan, run.compiled.environment, { readOnly: true });
  const owner = chooseOwner({ ...options, planOwner: run.source.settings.server });
  const folder = await createScratchFolder(options.scratch, owner);
  const notes = noNotes(options.target);
  let failure: unknown = null;
  try {
    const place = { folder, clock, notes };
    const seeing = withHidden(run);
    const dump = await dumpToDrill(seeing, options.target);
    if (dump) await drillDump(seeing, dump, options, place);
    else await perform(seeing, options, place);
    run.signal.throwIfAborted();
  } catch (error) {
    failure = run.signal.aborted ? run.signal.reason : error;
  }
  await folder.remove().catch((error: unknown) => {
    failure ??= error;
  });
  if (wasNotTried(failure)) throw failure;
  const record = await recordDrill(run, { startedAt: clock.startedAt, notes, failure });
  run.signal.throwIfAborted();
  return record;
}

async function perform(
  run: PostgresqlRun,
  options: DrillOptions,
  { folder, clock, notes }: DrillPlace,
): Promise<void> {
  const { target: wanted } = options;
  const planOwner = run.source.settings.server;
  const target = await inspectTarget({ ...options, target: folder.data, planOwner });
  const choice = await choose(
    run,
    wanted === 'latest' || wanted instanceof Date
      ? { to: wanted }
      : { to: 'latest', backup: wanted.backup },
  );
  const { base } = choice.route;
  notes.backup = base.id;

  const restored = await restoreChosen(run, options, target, choice);
  notes.phases.fetchSeconds = clock.elapsed() - restored.seconds.recovery;
  run.report({ level: 'info', message: 'starting a server on what was restored' });
  const server = await ScratchServer.start({
    major: base.serverVersion.split('.')[0] ?? '',
    binDir: options.binDir,
    dataDir: target.dataDir,
    folder,
    signal: run.signal,
  });
  try {
    notes.rtoSeconds = clock.elapsed();
    notes.phases.recoverSeconds = notes.rtoSeconds - notes.phases.fetchSeconds;
    notes.versions.server = server.version;
    const upTo = recoveredTo(wanted, choice.route, restored);
    notes.recoveredTo = upTo.toISOString();
    if (wanted === 'latest') {
      notes.rpoSeconds = Math.max(0, clock.startedAt.getTime() - upTo.getTime()) / 1000;
    }
    // What the engine counted when it took the backup holds for that state and no later one.
    const counts = upTo.getTime() === Date.parse(base.consistentAt) ? base.counts : {};
    const databases = [run.source.settings.server.database];
    await checkData(run, server, { ...options, databases, counts, notes });
    await server.stop();
    notes.phases.checkSeconds = clock.elapsed() - notes.rtoSeconds;
  } finally {
    await server.quit();
  }
}
