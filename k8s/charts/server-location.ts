import { type CompiledPlan, type DerivedSource, derivedSources } from '../../lib/plan/compiled.ts';
import { namespaceOfHost } from '../../lib/plan/values/server-namespace.ts';

/** Namespace of the database's pods; undefined where the server is outside of the cluster. */
export const serverNamespace = (
  { kubernetes }: CompiledPlan,
  source: DerivedSource,
): string | undefined => namespaceOfHost(source.settings.server.service, kubernetes.namespace);

/** The plan's namespace is also where a protected server runs, so pods that are not Tidemark's live there. */
export const sharesNamespace = (compiled: CompiledPlan): boolean =>
  derivedSources(compiled).some(
    (source) => serverNamespace(compiled, source) === compiled.kubernetes.namespace,
  );
