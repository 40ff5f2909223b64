import { type CompiledPlan, derivedSources } from '../plan/compiled.ts';

/** Whether an exporter runs in the clusters of the plan. */
export const hasExporter = (compiled: CompiledPlan): boolean =>
  compiled.monitoring !== undefined && derivedSources(compiled).length > 0;
