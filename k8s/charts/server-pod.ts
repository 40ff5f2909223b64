import type { k8s } from 'cdk8s-plus-28';
import type { DerivedSource } from '../../lib/plan/compiled.ts';
import type { SidecarPatch } from './sidecar-patches.ts';

/**
 * What runs the server.
 * @param workload as the plan names it, such as `deployment/orders`; default: the StatefulSet of the service's name
 */
export function serverWorkload(
  { settings: { server } }: DerivedSource,
  workload = `statefulset/${server.service.split('.')[0]}`,
): SidecarPatch['target'] {
  const [kind, name = ''] = workload.split('/');
  return { kind: kind === 'deployment' ? 'Deployment' : 'StatefulSet', name };
}

/** A container of ours in the pod of a server, as its user. What holds for the others in the pod is not ours to say. */
export const asServer = (
  { settings: { server } }: DerivedSource,
  container: k8s.Container,
): k8s.Container => ({
  ...container,
  securityContext: {
    ...container.securityContext,
    runAsUser: server.uid,
    runAsGroup: server.gid,
    seccompProfile: { type: 'RuntimeDefault' },
  },
});
