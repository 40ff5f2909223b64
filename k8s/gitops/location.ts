import type { CompiledPlan } from '../../lib/plan/compiled.ts';

type Gitops = NonNullable<CompiledPlan['kubernetes']['gitops']>;

/** Where a folder of the manifests is in the plan's repository. */
export interface Location {
  readonly repository: string;
  readonly revision: string;
  readonly path: string;
}

/** @param below folder below the manifests of the plan's own cluster; '' = theirs */
export function locationOf(
  { plan, environment }: CompiledPlan,
  { repository, revision, path }: Gitops,
  below: string,
): Location {
  const root = (path ?? `dist/${plan}/${environment}/k8s`).replace(/\/+$/, '');
  return { repository, revision, path: below === '' ? root : `${root}/${below}` };
}

/** Of what applies the manifests of one cluster. */
export const deploymentName = ({ plan, environment }: CompiledPlan, id: string): string =>
  ['tidemark', plan, environment, ...(id === 'primary' ? [] : [id])].join('-');
