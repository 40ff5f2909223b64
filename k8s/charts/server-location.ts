import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { livesIn } from '../../lib/plan/deployment/shared-namespace.ts';
import { namespaceOfHost } from '../../lib/plan/values/server-namespace.ts';

/** Namespace of the database's pods; undefined where the server is outside of the cluster. */
export const serverNamespace = (
  { kubernetes }: CompiledPlan,
  source: DerivedSource,
): string | undefined => namespaceOfHost(source.settings.server.service, kubernetes.namespace);

/** The plan's namespace is also where something runs that it protects, so pods that are not Tidemark's live there. */
export const sharesNamespace = ({ kubernetes, sources }: CompiledPlan): boolean =>
  sources.some(({ settings }) => livesIn(settings, kubernetes.namespace));
