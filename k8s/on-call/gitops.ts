import { application } from '../gitops/argo-cd.ts';
import { fluxObjects } from '../gitops/flux.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { kubectl, type Pipeline, type Place, type Step } from './step.ts';

/** Whatever applies the manifests would put back what somebody changes by hand. */
export function held(place: Place): Step {
  const run = [
    ...patched(place, 'applications.argoproj.io', application(place.view), {
      syncPolicy: { automated: null },
    }),
    ...patched(place, KUSTOMIZATIONS, kustomization(place), { suspend: true }),
  ];
  return {
    say:
      run.length > 0
        ? 'Have what applies the manifests wait, which would put back what you change.'
        : 'If Argo CD or Flux applies the manifests, have it wait first, because it would put back what you change: `argocd app set … --sync-policy none`, `flux suspend kustomization …`.',
    run,
  };
}

/** It goes on as it was. */
export function released(place: Place): Step {
  const argo = application(place.view);
  return {
    say: 'Let Argo CD or Flux go on.',
    run: [
      ...patched(place, 'applications.argoproj.io', argo, {
        syncPolicy: argo?.spec?.syncPolicy,
      }),
      ...patched(place, KUSTOMIZATIONS, kustomization(place), { suspend: false }),
    ],
  };
}

const KUSTOMIZATIONS = 'kustomizations.kustomize.toolkit.fluxcd.io';

const kustomization = ({ view }: Place): KubernetesObject | undefined =>
  fluxObjects(view).find(({ kind }) => kind === 'Kustomization');

function patched(
  place: Place,
  kind: string,
  object: KubernetesObject | undefined,
  spec: object,
): Pipeline[] {
  if (!object) return [];
  const { name, namespace } = object.metadata;
  const patch = ['--type', 'merge', '--patch', JSON.stringify({ spec })];
  return [kubectl(place, ['patch', `${kind}/${name}`, ...patch], namespace)];
}
