import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import type { ClusterView } from '../views.ts';
import type { Workload } from './workloads.ts';

/** Programs whose output each goes to the next, as words that nothing has quoted yet. */
export type Pipeline = readonly (readonly string[])[];

/** What to do next, and what to type for it; nothing where it is not done with a command of ours. */
export interface Step {
  readonly say: string;
  readonly run: readonly Pipeline[];
}

/** Where lines are typed, and when they were asked for. */
export interface Place {
  /** The cluster that the source is in; `compiled` is the plan as that one sees it. */
  readonly view: ClusterView;
  readonly compiled: CompiledPlan;
  /** Of kubectl. */
  readonly context: string;
  /** What says which policy: options of `tidemark`. */
  readonly policy: readonly string[];
  /** The option that says so, where the cluster is that of the replica region. */
  readonly replica: readonly string[];
  readonly at: Date;
}

/** What somebody on call asks with. */
export interface Question extends Place {
  readonly source: DerivedSource;
  /** Of the source, as they are deployed. */
  readonly workloads: readonly Workload[];
  /** The moment to go back to, as an option has it. */
  readonly to: string | undefined;
  /** As SQL has it. */
  readonly table: string | undefined;
}

/** What can be done, and how. */
export interface Scenario {
  readonly title: string;
  /** @returns steps in their order, or why it cannot be done for this source */
  steps(question: Question): readonly Step[] | string;
}

/** One command of kubectl; `namespace` @default the plan's */
export const kubectl = (
  { compiled, context }: Place,
  words: readonly string[],
  namespace = compiled.kubernetes.namespace,
): Pipeline => [['kubectl', '--context', context, '--namespace', namespace, ...words]];

/** One command of ours. */
export const tidemark = (
  { policy, source }: Question,
  command: string,
  ...options: readonly string[]
): readonly string[] => ['tidemark', command, ...policy, '--source', source.name, ...options];
