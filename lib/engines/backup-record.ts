import { runId } from '../catalog/keys.ts';
import type { BackupKind, Manifest } from '../catalog/manifest.ts';
import { recordRun } from '../catalog/reader.ts';
import { messageOf } from '../message.ts';
import { recordHead } from './record-head.ts';
import type { EngineName } from './registry.ts';
import type { RunContext } from './run.ts';

/** Writes what a backup run did. If that fails too, a warning says so: the run's own outcome counts. */
export async function recordBackup<E extends EngineName>(
  run: RunContext<E>,
  kind: BackupKind,
  startedAt: Date,
  result:
    | { readonly manifest: Manifest; readonly warnings: readonly string[] }
    | { readonly error: unknown },
): Promise<void> {
  const { store } = run;
  const { manifest, warnings = [] } = 'manifest' in result ? result : {};
  try {
    await recordRun(store, {
      ...recordHead(run, startedAt, run.now()),
      id: runId(startedAt, 'backup'),
      action: 'backup',
      outcome: manifest ? 'succeeded' : 'failed',
      error: 'error' in result ? messageOf(result.error) : null,
      kind,
      backup: manifest?.id ?? null,
      storedBytes: manifest?.storedBytes ?? 0,
      logicalBytes: manifest?.logicalBytes ?? 0,
      ...(warnings.length > 0 && { warnings: [...warnings] }),
    });
  } catch (cause) {
    run.report({
      level: 'warning',
      message: `no record of this backup run was written: ${messageOf(cause)}`,
    });
  }
}
