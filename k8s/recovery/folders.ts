import type { ManifestFolder } from '../folders.ts';
import type { Manifests } from '../manifests.ts';
import { kustomization, type Origin, render } from '../render.ts';
import type { ClusterView } from '../views.ts';
import { healthChecks, recoveryApplications } from './argo-cd.ts';
import { runbook } from './runbook.ts';
import { isRebuilt, recoveryStages } from './stages.ts';

/**
 * How the cluster is rebuilt after a total loss: a folder for each stage, for `kubectl apply -k` one after the other, a
 * runbook that says so with the budgets of the plan, and where the plan speaks of Argo CD what applies them in their order.
 * None of it is in the kustomization of the manifests.
 */
export function recoveryFolders(
  origin: Origin,
  view: ClusterView,
  all: Manifests,
): ManifestFolder[] {
  const { compiled, id, path } = view;
  const below = (folder: string): string => [path, folder].filter((part) => part !== '').join('/');
  const rebuilt = isRebuilt(compiled);
  const stages = recoveryStages(compiled, all);
  const applications = id === 'primary' ? 'gitops/recovery' : `gitops/recovery-${id}`;
  const argo = rebuilt
    ? recoveryApplications(view, stages, {
        stages: below('recovery'),
        applications: `${applications}/stages`,
      })
    : undefined;
  return [
    {
      path: below('recovery'),
      files: new Map(rebuilt ? [['runbook.md', runbook(origin, view, stages)]] : []),
    },
    ...stages.map(({ folder, files }) => ({
      path: below(`recovery/${folder}`),
      files: rebuilt ? texts(origin, files) : new Map<string, string>(),
    })),
    {
      path: applications,
      files: new Map(
        argo
          ? [
              [
                'argocd-cm.yaml',
                render(origin, [healthChecks(argo.root.metadata.namespace ?? '')]),
              ],
              ['recovery.yaml', render(origin, [argo.root])],
            ]
          : [],
      ),
    },
    {
      path: `${applications}/stages`,
      files: argo
        ? texts(origin, new Map([...argo.stages].map(([name, object]) => [name, [object]])))
        : new Map(),
    },
  ];
}

function texts(origin: Origin, objects: Manifests): Map<string, string> {
  const files = new Map([...objects].map(([name, some]) => [`${name}.yaml`, render(origin, some)]));
  if (files.size > 0) files.set('kustomization.yaml', kustomization(origin, [...files.keys()]));
  return files;
}
