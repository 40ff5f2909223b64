import { namespaceOfHost } from '../values/server-namespace.ts';

/** Where a source is, in the words of its engine; of the plan and of the compiled plan alike. */
interface Places {
  readonly server?: { readonly service: string } | undefined;
  readonly origin?: { readonly bucket: string; readonly endpoint?: string };
  readonly store?: {
    readonly kind: string;
    readonly service?: string;
    readonly namespaces?: readonly string[];
  };
  readonly reaches?: readonly { readonly service: string }[] | undefined;
  readonly namespaces?: readonly string[] | '*' | undefined;
}

/**
 * Whether something that a source protects lives in the namespace of the jobs, so that pods which are not Tidemark's do: also
 * of engines that no job is derived of. What holds for all namespaces says nothing about this one.
 * @param own namespace of the plan
 */
export function livesIn(source: Places, own: string): boolean {
  const { server, origin, store, reaches = [], namespaces } = source;
  const endpoint = origin?.endpoint === undefined ? null : URL.parse(origin.endpoint);
  const hosts = [server?.service, endpoint?.hostname, store?.service].filter(
    (host) => host !== undefined,
  );
  return (
    [...hosts, ...reaches.map(({ service }) => service)].some(
      (host) => namespaceOfHost(host, own) === own,
    ) ||
    [namespaces ?? [], store?.namespaces ?? []].some(
      (names) => names !== '*' && names.includes(own),
    )
  );
}
