import { type CompiledPlan, type DerivedSource, derivedSources } from '../../lib/plan/compiled.ts';

/**
 * Namespace of the database's pods, read from its host name as Kubernetes resolves it: `postgres` is in the plan's
 * own namespace, `postgres.shop`, `postgres.shop.svc` and `postgres.shop.svc.cluster.local` are in `shop`.
 * Undefined for any other name: the server is outside of the cluster.
 */
export function serverNamespace(compiled: CompiledPlan, source: DerivedSource): string | undefined {
  const [, namespace, kind, ...rest] = source.settings.server.service.split('.');
  if (namespace === undefined) return compiled.kubernetes.namespace;
  if (kind === undefined || (kind === 'svc' && clusterDomain(rest))) return namespace;
  return undefined;
}

const clusterDomain = (labels: readonly string[]): boolean =>
  labels.length === 0 || labels.join('.') === 'cluster.local';

/** The plan's namespace is also where a protected server runs, so pods that are not Tidemark's live there. */
export const sharesNamespace = (compiled: CompiledPlan): boolean =>
  derivedSources(compiled).some(
    (source) => serverNamespace(compiled, source) === compiled.kubernetes.namespace,
  );
