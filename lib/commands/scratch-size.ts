import { agentOf } from '../engines/agents.ts';
import type { CompiledPlan, DerivedSource } from '../plan/compiled.ts';
import { drillVolume, volumeSize } from '../plan/drill-volume.ts';
import type { Size } from '../plan/values/size.ts';
import { formatBytes } from '../report/format.ts';
import { StoreAccessError, StoreNotFoundError, StoreUnavailableError } from '../stores/errors.ts';
import { type DrillChoice, drillTarget } from './drill-options.ts';
import type { Io } from './main.ts';
import { openPlanStore, type SourceOptions } from './plan-input.ts';

/**
 * Of the volume in which a Job recovers a state: from the backup that it begins with. Where the store cannot be read from
 * here, what the plan says, and stderr tells.
 */
export async function scratchSize(
  io: Io,
  options: SourceOptions & DrillChoice,
  compiled: CompiledPlan,
  source: DerivedSource,
): Promise<Size> {
  try {
    const store = await openPlanStore(compiled, options, io.env);
    try {
      const { signal, now } = io;
      const run = { store, compiled, source, signal, now, report: () => {} };
      const target = await drillTarget(options, store, source.name);
      const { backup, bytes } = await agentOf(run).drillRoom(run, target);
      const size = volumeSize(bytes);
      const holds = `${backup ?? 'what is stored'} takes ${formatBytes(bytes)}`;
      io.stderr.write(`the Job's volume has ${size}: ${holds}\n`);
      return size;
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const size = drillVolume(source);
    io.stderr.write(
      `the Job's volume has ${size}, as the plan says: the store cannot be read from here (${error.message})\n`,
    );
    return size;
  }
}

const isUnreadable = (error: unknown): error is Error =>
  error instanceof StoreAccessError ||
  error instanceof StoreNotFoundError ||
  error instanceof StoreUnavailableError;
