import { type ClusterView, clusterViews } from '../../k8s/views.ts';
import type { CompiledPlan, CompiledSource } from '../plan/compiled.ts';
import { InputError } from './input-error.ts';

/**
 * The plan as the cluster of a source sees it.
 * @param replica the cluster of the replica region
 * @throws InputError where nothing of the source is in such a cluster
 */
export function clusterOf<S extends CompiledSource>(
  compiled: CompiledPlan,
  wanted: S,
  replica: boolean,
): { readonly view: ClusterView; readonly compiled: CompiledPlan; readonly source: S } {
  const isWanted = (one: CompiledSource): one is S =>
    one.name === wanted.name && one.engine === wanted.engine;
  for (const view of clusterViews(compiled).filter(({ standby }) => standby === replica)) {
    const source = view.compiled.sources.find(isWanted);
    if (source) return { view, compiled: view.compiled, source };
  }
  throw new InputError(
    `nothing of ${wanted.name} is deployed in a cluster of the replica region; add kubernetes: { standby: true } to the plan`,
  );
}
