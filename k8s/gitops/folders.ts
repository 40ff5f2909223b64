import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import type { ManifestFolder } from '../folders.ts';
import { type Origin, render } from '../render.ts';
import { type ClusterView, clusterViews } from '../views.ts';
import { application } from './argo-cd.ts';
import { fluxObjects } from './flux.ts';

/**
 * What a person applies once, so that Argo CD or Flux applies everything else: a file for each cluster. It is in no
 * kustomization, because what it creates would then own itself.
 */
export function gitopsFolders(origin: Origin, compiled: CompiledPlan): ManifestFolder[] {
  const files = new Map(
    clusterViews(compiled).flatMap((view): [string, string][] => {
      const argo = application(view);
      const flux = fluxObjects(view);
      return [
        ...(argo ? [[named('argo-cd', view), render(origin, [argo])] as [string, string]] : []),
        ...(flux.length > 0
          ? [[named('flux', view), render(origin, flux)] as [string, string]]
          : []),
      ];
    }),
  );
  return [{ path: 'gitops', files }];
}

const named = (tool: string, { id }: ClusterView): string =>
  id === 'primary' ? `${tool}.yaml` : `${tool}-${id}.yaml`;
