import { runId } from '../catalog/keys.ts';
import { recordRun } from '../catalog/reader.ts';
import type { RestoreRun } from '../catalog/run-record.ts';
import { messageOf } from '../message.ts';
import { recordHead } from './record-head.ts';
import type { EngineName } from './registry.ts';
import type { RunContext } from './run.ts';

interface Restore {
  readonly startedAt: Date;
  /** Null if none was chosen. */
  readonly backup: string | null;
  readonly target: string;
  /** Null if it succeeded. */
  readonly error: unknown;
  /** Of each table that was loaded into a running server. */
  readonly rows?: RestoreRun['rows'];
}

/** Leaves a record of a restore. Who may only read can restore too: then a warning says that there is none. */
export async function recordRestore<E extends EngineName>(
  run: RunContext<E>,
  { startedAt, backup, target, error, rows }: Restore,
): Promise<void> {
  const { store, report } = run;
  try {
    await recordRun(store, {
      ...recordHead(run, startedAt, run.now()),
      id: runId(startedAt, 'restore'),
      action: 'restore',
      outcome: error === null ? 'succeeded' : 'failed',
      error: error === null ? null : messageOf(error),
      backup,
      target,
      ...(rows && { rows }),
    });
  } catch (cause) {
    report({
      level: 'warning',
      message: `no record of this restore was written: ${messageOf(cause)}`,
    });
  }
}
