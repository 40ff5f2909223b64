import { claimStore } from '../catalog/reader.ts';
import type { DrillRun } from '../catalog/run-record.ts';
import { type DrillNotes, type DrillTarget, noNotes } from './drill-notes.ts';
import { recordDrill, wasNotTried } from './drill-record.ts';
import { scratchHint } from './drill-room.ts';
import type { EngineName } from './registry.ts';
import { NoRoomError } from './restore-target.ts';
import type { RunContext } from './run.ts';
import type { ScratchFolder } from './scratch-folder.ts';

/** Where a drill works, what it notes, and how its phases end. */
export interface DrillPlace<F extends ScratchFolder = ScratchFolder> {
  readonly folder: F;
  readonly notes: DrillNotes;
  /** Everything was fetched, so many seconds ago. @default 0 */
  fetched(secondsAgo?: number): void;
  /** A server has answered, with everything in it that was committed before this moment. */
  recovered(upTo: Date): void;
  checked(): void;
}

interface Drill<F extends ScratchFolder> {
  readonly target: DrillTarget;
  readonly makeFolder: () => Promise<F>;
  /** Restores, starts a server and looks at the data. What is wrong with the data is noted; it throws what ends the drill. */
  readonly perform: (place: DrillPlace<F>) => Promise<void>;
}

/**
 * What a drill of every engine is: a folder of its own, a restore into it, a server on what came back, and a run record of
 * what was found. Nothing is left behind but the record. The record of a drill that failed says so.
 * @throws RestoreTargetError, ArchivedError, EngineInputError if it cannot begin; ForeignStoreError; the signal's reason, after recording it
 */
export async function runDrill<E extends EngineName, F extends ScratchFolder>(
  run: RunContext<E>,
  { target, makeFolder, perform }: Drill<F>,
): Promise<DrillRun> {
  const began = performance.now();
  const startedAt = run.now();
  const elapsed = () => (performance.now() - began) / 1000;
  // A store of somebody else gets no record either.
  await claimStore(run.store, run.compiled.plan, run.compiled.environment, { readOnly: true });
  const folder = await makeFolder();
  const notes = noNotes(target);
  let failure: unknown = null;
  try {
    await perform({ folder, notes, ...phases(notes, { target, startedAt, elapsed }) });
    run.signal.throwIfAborted();
  } catch (error) {
    failure = run.signal.aborted ? run.signal.reason : error;
  }
  await folder.remove().catch((error: unknown) => {
    failure ??= error;
  });
  if (failure instanceof NoRoomError) throw scratchHint(failure, run.source.name);
  if (wasNotTried(failure)) throw failure;
  const record = await recordDrill(run, { startedAt, notes, failure });
  run.signal.throwIfAborted();
  return record;
}

interface Clock {
  readonly target: DrillTarget;
  readonly startedAt: Date;
  /** Seconds since then. */
  readonly elapsed: () => number;
}

function phases(
  notes: DrillNotes,
  { target, startedAt, elapsed }: Clock,
): Pick<DrillPlace, 'fetched' | 'recovered' | 'checked'> {
  return {
    fetched(secondsAgo = 0) {
      notes.phases.fetchSeconds = elapsed() - secondsAgo;
    },
    recovered(upTo) {
      notes.rtoSeconds = elapsed();
      notes.phases.recoverSeconds = notes.rtoSeconds - (notes.phases.fetchSeconds ?? 0);
      notes.recoveredTo = upTo.toISOString();
      // Of an older state nobody wants to know how much came after it.
      if (target !== 'latest') return;
      notes.rpoSeconds = Math.max(0, startedAt.getTime() - upTo.getTime()) / 1000;
    },
    checked() {
      notes.phases.checkSeconds = elapsed() - (notes.rtoSeconds ?? 0);
    },
  };
}
