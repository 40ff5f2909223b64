import type { ScenarioName } from '../../k8s/on-call/names.ts';
import type { Place, Step } from '../../k8s/on-call/step.ts';
import { type ClusterSource, clusterSources } from '../engines/kubernetes/names.ts';
import type { QualifiedName } from '../engines/postgresql/load/sql-statements.ts';
import type { CompiledPlan, DerivedSource } from '../plan/compiled.ts';
import { clusterOf } from './cluster-of.ts';
import { type SourceOptions, sourceOf } from './plan-input.ts';

export interface KubectlPlanOptions extends SourceOptions {
  to?: Date | 'latest';
  table?: QualifiedName;
  context?: string;
  replica?: boolean;
  json?: boolean;
}

export interface Asked {
  readonly compiled: CompiledPlan;
  readonly options: KubectlPlanOptions;
  /** Options as they were given, each followed by its value. */
  readonly given: readonly string[];
  readonly at: Date;
}

/** What has to be typed, or why nothing can be. */
interface Found {
  readonly title: string;
  readonly found: readonly Step[] | string;
  readonly place: Place;
}

type OnCallSource = DerivedSource | ClusterSource;

/** The source that was asked for: one that jobs are derived for, or that Velero backs up. */
export const named = ({ compiled, options: { source } }: Asked): OnCallSource =>
  clusterSources(compiled).find(({ name }) => name === source) ?? sourceOf(compiled, source);

/**
 * Answers a question about a source. cdk8s takes a second to load, which no other command should wait for.
 * @param said instead of what the options say
 */
export async function answers(
  { compiled, options, given, at }: Asked,
  said?: { readonly to: string; readonly table: string },
): Promise<(source: OnCallSource, name: ScenarioName) => Found> {
  const [{ SCENARIOS }, { CLUSTER_SCENARIOS }, { workloadsOf }] = await Promise.all([
    import('../../k8s/on-call/scenarios.ts'),
    import('../../k8s/on-call/velero.ts'),
    import('../../k8s/on-call/workloads.ts'),
  ]);
  const value = (flag: string): string[] => {
    const at = given.indexOf(flag);
    return at < 0 ? [] : given.slice(at, at + 2);
  };
  const placeOf = <S extends OnCallSource>(source: S) => {
    const cluster = clusterOf(compiled, source, options.replica === true);
    return {
      ...{ ...cluster, at },
      context: options.context ?? cluster.compiled.kubernetes.cluster,
      policy: [...value('--plan'), ...value('--env'), ...value('--config')],
      replica: value('--replica').slice(0, 1),
    };
  };
  const { to = value('--to')[1], table = value('--table')[1] } = said ?? {};
  return (source, name) => {
    if (source.engine === 'kubernetes') {
      const place = placeOf(source);
      const scenario = CLUSTER_SCENARIOS[name];
      const found = scenario?.steps(place) ?? 'Velero backs the source up, and has nothing like it';
      return { title: scenario?.title ?? SCENARIOS[name].title, found, place };
    }
    const place = placeOf(source);
    const workloads = workloadsOf(place.compiled, place.source);
    const { title, steps } = SCENARIOS[name];
    return { title, found: steps({ ...place, workloads, to, table }), place };
  };
}
