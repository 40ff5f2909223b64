import { type ClusterView, clusterViews } from '../../k8s/views.ts';
import { type CompiledPlan, type DerivedSource, derivedSources } from '../plan/compiled.ts';
import { InputError } from './input-error.ts';

/**
 * The plan as the cluster of a source sees it.
 * @param replica the cluster of the replica region
 * @throws InputError where nothing of the source is in such a cluster
 */
export function clusterOf(
  compiled: CompiledPlan,
  { name }: DerivedSource,
  replica: boolean,
): {
  readonly view: ClusterView;
  readonly compiled: CompiledPlan;
  readonly source: DerivedSource;
} {
  for (const view of clusterViews(compiled).filter(({ standby }) => standby === replica)) {
    const source = derivedSources(view.compiled).find((one) => one.name === name);
    if (source) return { view, compiled: view.compiled, source };
  }
  throw new InputError(
    `nothing of ${name} is deployed in a cluster of the replica region; add kubernetes: { standby: true } to the plan`,
  );
}
