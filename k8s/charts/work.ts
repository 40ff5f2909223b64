import type { k8s } from 'cdk8s-plus-28';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { type JobLimits, jobSpec } from './job.ts';
import { type Component, componentLabels, cronJobName } from './names.ts';
import { type PodNeeds, podSpec } from './pod.ts';
import { wave } from './sync-wave.ts';

/** What a Job does for a source, whoever or whatever starts it. */
export interface Work extends JobLimits {
  /** Last part of the object's name, such as `restore-latest`. */
  readonly name: string;
  readonly component: Component;
  readonly pod: PodNeeds;
}

/** When a CronJob starts its Jobs, and how many of them are kept. */
export type Timing = Omit<k8s.CronJobSpec, 'jobTemplate'>;

/** The work as a CronJob. */
export function cronJob(
  compiled: CompiledPlan,
  source: DerivedSource,
  work: Work,
  timing: Timing,
): k8s.KubeCronJobProps {
  const labels = componentLabels(compiled, source, work.component);
  return {
    metadata: {
      name: cronJobName(source.name, work.name),
      namespace: compiled.kubernetes.namespace,
      labels,
      annotations: wave('jobs'),
    },
    spec: { ...timing, jobTemplate: { metadata: { labels }, spec: spec(compiled, source, work) } },
  };
}

/** The work as a Job, which starts as soon as it is created. */
export function job(
  compiled: CompiledPlan,
  source: DerivedSource,
  work: Work,
  metadata: Pick<k8s.ObjectMeta, 'name' | 'annotations'> = {},
): k8s.KubeJobProps {
  return {
    metadata: {
      name: cronJobName(source.name, work.name),
      namespace: compiled.kubernetes.namespace,
      labels: componentLabels(compiled, source, work.component),
      ...metadata,
    },
    spec: spec(compiled, source, work),
  };
}

const spec = (compiled: CompiledPlan, source: DerivedSource, work: Work): k8s.JobSpec =>
  jobSpec(
    componentLabels(compiled, source, work.component),
    podSpec(compiled, source, work.pod),
    work,
  );
