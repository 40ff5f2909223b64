import { application } from '../gitops/argo-cd.ts';
import { fluxObjects } from '../gitops/flux.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { kubectl, type Pipeline, type Question, type Step } from './step.ts';

/** Whatever applies the manifests would put back what somebody changes by hand. */
export function held(question: Question): Step {
  const run = [
    ...patched(question, 'applications.argoproj.io', application(question.view), {
      syncPolicy: { automated: null },
    }),
    ...patched(question, KUSTOMIZATIONS, kustomization(question), { suspend: true }),
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
export function released(question: Question): Step {
  const argo = application(question.view);
  return {
    say: 'Let Argo CD or Flux go on.',
    run: [
      ...patched(question, 'applications.argoproj.io', argo, {
        syncPolicy: argo?.spec?.syncPolicy,
      }),
      ...patched(question, KUSTOMIZATIONS, kustomization(question), { suspend: false }),
    ],
  };
}

const KUSTOMIZATIONS = 'kustomizations.kustomize.toolkit.fluxcd.io';

const kustomization = ({ view }: Question): KubernetesObject | undefined =>
  fluxObjects(view).find(({ kind }) => kind === 'Kustomization');

function patched(
  question: Question,
  kind: string,
  object: KubernetesObject | undefined,
  spec: object,
): Pipeline[] {
  if (!object) return [];
  const { name, namespace } = object.metadata;
  const patch = ['--type', 'merge', '--patch', JSON.stringify({ spec })];
  return [kubectl(question, ['patch', `${kind}/${name}`, ...patch], namespace)];
}
