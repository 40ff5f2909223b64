import { readStatus, type SourceStatus } from '../../lib/catalog/status.ts';
import { type CompiledPlan, derivedSources } from '../../lib/plan/compiled.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';

export interface StaleDeps {
  readonly store: ObjectStore;
  readonly compiled: CompiledPlan;
  readonly now: () => Date;
}

export interface StaleResult {
  readonly statuses: readonly SourceStatus[];
  /** Sources that could not be looked at. */
  readonly failures: readonly { readonly source: string; readonly error: unknown }[];
}

/** Looks at every source; one that cannot be read does not keep the others from being seen. */
export async function run({ store, compiled, now }: StaleDeps): Promise<StaleResult> {
  const looks = await Promise.allSettled(
    derivedSources(compiled).map((source) =>
      readStatus(store, { ...compiled, sources: [source] }, now()),
    ),
  );
  return {
    statuses: looks.flatMap((look) => (look.status === 'fulfilled' ? look.value : [])),
    failures: looks.flatMap((look, i) =>
      look.status === 'rejected'
        ? [{ source: derivedSources(compiled)[i]?.name ?? '', error: look.reason }]
        : [],
    ),
  };
}
