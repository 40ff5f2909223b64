import type { CompiledPlan, SourceOf } from '../plan/compiled.ts';

/** Where Velero runs, if the plan has a cluster that it backs up. A cluster has one Velero, so the first source says it. */
export function veleroOfPlan({
  sources,
}: CompiledPlan): SourceOf<'kubernetes'>['settings']['velero'] | undefined {
  for (const source of sources) {
    if (source.engine === 'kubernetes') return source.settings.velero;
  }
  return undefined;
}
