import { RUN_FORMAT, type RunRecord } from '../catalog/run-record.ts';
import type { CompiledPlan } from '../plan/compiled.ts';

interface Runner {
  readonly compiled: Pick<CompiledPlan, 'plan' | 'environment'>;
  readonly source: { readonly name: string };
}

/** What the record of every run begins with: which source, and from when to when. */
export const recordHead = (
  { compiled, source }: Runner,
  startedAt: Date,
  endedAt: Date,
): Pick<RunRecord, 'format' | 'plan' | 'environment' | 'source' | 'startedAt' | 'endedAt'> => ({
  format: RUN_FORMAT,
  plan: compiled.plan,
  environment: compiled.environment,
  source: source.name,
  startedAt: startedAt.toISOString(),
  endedAt: endedAt.toISOString(),
});
