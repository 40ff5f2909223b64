import { k8s } from 'cdk8s-plus-28';
import { type CompiledPlan, derivedSources } from '../../lib/plan/compiled.ts';
import { pinned } from '../objects/image.ts';
import { archivingPatch } from './postgresql/archiving.ts';
import { aofSidecar } from './redis/aof-sidecar.ts';

/** What is added to a pod of somebody else's, as a strategic merge: lists are joined by the names of their items. */
export interface SidecarPatch {
  readonly target: { readonly kind: 'StatefulSet' | 'Deployment'; readonly name: string };
  readonly template: Partial<k8s.PodSpec>;
}

/** A file with a patch, and what it is for. */
export interface NamedPatch {
  /** Without its ending. */
  readonly name: string;
  readonly target: SidecarPatch['target'];
  readonly object: unknown;
}

/** Patches of what runs the servers, one file each. */
export const sidecarPatches = (compiled: CompiledPlan): NamedPatch[] =>
  derivedSources(compiled).flatMap((source) => {
    const [kind, patch] =
      source.engine === 'redis'
        ? (['aof', aofSidecar(compiled, source)] as const)
        : (['archiving', archivingPatch(compiled, source)] as const);
    return patch ? [{ name: `${source.name}-${kind}`, ...named(compiled, patch) }] : [];
  });

/** A patch as it is written, and what it is for. */
export const named = (
  compiled: CompiledPlan,
  { target, template }: SidecarPatch,
): Omit<NamedPatch, 'name'> => ({
  target,
  object: {
    apiVersion: 'apps/v1',
    kind: target.kind,
    metadata: { name: target.name },
    spec: { template: { spec: additions(compiled, template) } },
  },
});

/** What a pod is given besides its own, as it is written. */
export function additions(
  compiled: CompiledPlan,
  template: SidecarPatch['template'],
): Partial<k8s.PodSpec> {
  const initContainers = template.initContainers?.map((container) =>
    pinned(compiled, withoutStorageLimit(container)),
  );
  const imagePullSecrets = compiled.kubernetes.pullSecrets?.map((name) => ({ name }));
  const spec = k8s.toJson_PodSpec({
    containers: [],
    ...template,
    ...(initContainers && { initContainers }),
    ...(initContainers && imagePullSecrets && { imagePullSecrets }),
  });
  // A list that is named and empty would empty the pod's own.
  if (!template.containers?.length) delete spec?.containers;
  return { ...spec };
}

/**
 * Kubernetes adds up what containers limit of the node's disk, and evicts a pod that takes more with everything in it:
 * where the server has no limit, ours would become that of the whole pod.
 */
function withoutStorageLimit(container: k8s.Container): k8s.Container {
  const { 'ephemeral-storage': _storage, ...limits } = container.resources?.limits ?? {};
  return { ...container, resources: { ...container.resources, limits } };
}
