import { ArchivedError } from '../catalog/errors.ts';
import { runId } from '../catalog/keys.ts';
import { recordRun } from '../catalog/reader.ts';
import type { DrillRun } from '../catalog/run-record.ts';
import { messageOf } from '../message.ts';
import type { DrillNotes } from './drill-notes.ts';
import { EngineInputError } from './input-error.ts';
import { recordHead } from './record-head.ts';
import type { EngineName } from './registry.ts';
import { RestoreTargetError } from './restore-target.ts';
import type { RunContext } from './run.ts';

interface Drilled {
  readonly startedAt: Date;
  readonly notes: DrillNotes;
  /** What ended it before its time; null = it came to its end. */
  readonly failure: unknown;
}

/** It could not begin, for reasons that say nothing about the backups: there is no record of that. */
export const wasNotTried = (failure: unknown): boolean =>
  [RestoreTargetError, ArchivedError, EngineInputError].some((reason) => failure instanceof reason);

/**
 * Writes what a drill saw and returns it. Who may only read can drill too: then a warning says that it is on no record.
 */
export async function recordDrill<E extends EngineName>(
  run: RunContext<E>,
  { startedAt, notes, failure }: Drilled,
): Promise<DrillRun> {
  const { store, report } = run;
  const error = errorOf(notes.problems, failure);
  const record: DrillRun = {
    ...recordHead(run, startedAt, run.now()),
    id: runId(startedAt, 'drill'),
    action: 'drill',
    outcome: error === null ? 'succeeded' : 'failed',
    error,
    ...notes,
  };
  try {
    await recordRun(store, record);
  } catch (cause) {
    report({
      level: 'warning',
      message: `no record of this drill was written, so that it proves nothing to anybody: ${messageOf(cause)}`,
    });
  }
  return record;
}

function errorOf(problems: readonly string[], failure: unknown): string | null {
  if (failure !== null) return messageOf(failure);
  const [first] = problems;
  if (first === undefined) return null;
  return problems.length === 1 ? first : `${problems.length} problems, the first: ${first}`;
}
