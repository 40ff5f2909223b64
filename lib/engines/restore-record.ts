import { runId } from '../catalog/keys.ts';
import { recordRun } from '../catalog/reader.ts';
import { type RestoreRun, RUN_FORMAT } from '../catalog/run-record.ts';
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
  { compiled, source, store, report, now }: RunContext<E>,
  { startedAt, backup, target, error, rows }: Restore,
): Promise<void> {
  try {
    await recordRun(store, {
      format: RUN_FORMAT,
      id: runId(startedAt, 'restore'),
      action: 'restore',
      plan: compiled.plan,
      environment: compiled.environment,
      source: source.name,
      startedAt: startedAt.toISOString(),
      endedAt: now().toISOString(),
      outcome: error === null ? 'succeeded' : 'failed',
      error: error === null ? null : message(error),
      backup,
      target,
      ...(rows && { rows }),
    });
  } catch (cause) {
    report({
      level: 'warning',
      message: `no record of this restore was written: ${message(cause)}`,
    });
  }
}

const message = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
