import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { type CompiledPlan, type DerivedSource, derivedSources } from '../../lib/plan/compiled.ts';
import { postDeployWork } from './postgresql/post-deploy.ts';
import { preDeployDump, preDeployWork } from './postgresql/pre-deploy.ts';
import type { NamedCharts } from './scheduled-backups.ts';
import { job, type Work } from './work.ts';

/**
 * When a hook runs: before anything of a deployment is applied, where a failure stops it, or after all of it. The job of
 * the deployment before is removed first, so that its log stays until then. Argo CD reads the first two, Helm the others.
 */
const HOOKS = {
  before: {
    'argocd.argoproj.io/hook': 'PreSync',
    'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
    'helm.sh/hook': 'pre-upgrade',
    'helm.sh/hook-delete-policy': 'before-hook-creation',
  },
  after: {
    'argocd.argoproj.io/hook': 'PostSync',
    'argocd.argoproj.io/hook-delete-policy': 'BeforeHookCreation',
    'helm.sh/hook': 'post-upgrade',
    'helm.sh/hook-delete-policy': 'before-hook-creation',
  },
} as const;

/** Charts that belong into the deployment of an application, by the name of their file. */
export const hookCharts = (scope: Construct, compiled: CompiledPlan): NamedCharts =>
  derivedSources(compiled).flatMap((source): NamedCharts => {
    if (source.engine !== 'postgresql') return [];
    const dump = preDeployDump(source);
    if (!dump) return [];
    const after = postDeployWork(compiled, source);
    return [
      hook(scope, compiled, source, preDeployWork(source, dump), 'before'),
      ...(after ? [hook(scope, compiled, source, after, 'after')] : []),
    ];
  });

function hook(
  scope: Construct,
  compiled: CompiledPlan,
  source: DerivedSource,
  work: Work,
  when: keyof typeof HOOKS,
): NamedCharts[number] {
  const id = `${source.name}-${work.name}`;
  return [id, new HookChart(scope, `hook-${id}`, compiled, source, work, when)];
}

/** Work as a hook of the application that is deployed: never part of what Tidemark itself is deployed from. */
class HookChart extends Chart {
  constructor(
    scope: Construct,
    id: string,
    compiled: CompiledPlan,
    source: DerivedSource,
    work: Work,
    when: keyof typeof HOOKS,
  ) {
    super(scope, id, { disableResourceNameHashes: true });
    new k8s.KubeJob(this, 'Job', job(compiled, source, work, { annotations: HOOKS[when] }));
  }
}
