/**
 * Namespace of a server's pods, read from its host name as Kubernetes resolves it: `postgres` is in the plan's own
 * namespace, `postgres.shop`, `postgres.shop.svc` and `postgres.shop.svc.cluster.local` are in `shop`.
 * Undefined for any other name: the server is outside of the cluster.
 * @param own namespace of the plan
 */
export function namespaceOfHost(host: string, own: string): string | undefined {
  const [, namespace, kind, ...rest] = host.split('.');
  if (namespace === undefined) return own;
  if (kind === undefined || (kind === 'svc' && clusterDomain(rest))) return namespace;
  return undefined;
}

const clusterDomain = (labels: readonly string[]): boolean =>
  labels.length === 0 || labels.join('.') === 'cluster.local';
