import type { KubernetesApi } from '../kubernetes-api.ts';
import type { EnvVar, PodContainer, RunnablePod } from './pod.ts';
import { field, mapOf } from './volumes.ts';

/** Variables of a container: what its manifest says, and what every container of a cluster has. */
export async function environment(
  api: KubernetesApi,
  pod: RunnablePod,
  container: PodContainer,
): Promise<Record<string, string>> {
  const own: [string, string][] = [];
  for (const variable of container.env) {
    const value = await resolved(api, pod, variable);
    if (value !== undefined) own.push([variable.name, value]);
  }
  return {
    HOSTNAME: pod.metadata.name,
    KUBERNETES_SERVICE_HOST: api.host,
    KUBERNETES_SERVICE_PORT: String(api.port),
    ...Object.fromEntries(own),
  };
}

/** Undefined where the manifest says that it may be missing. */
async function resolved(
  api: KubernetesApi,
  pod: RunnablePod,
  { name, value, valueFrom }: EnvVar,
): Promise<string | undefined> {
  if (!valueFrom) return value ?? '';
  if (valueFrom.fieldRef) return field(pod, valueFrom.fieldRef.fieldPath);
  const [kind, reference] = valueFrom.secretKeyRef
    ? (['secrets', valueFrom.secretKeyRef] as const)
    : (['configmaps', valueFrom.configMapKeyRef] as const);
  if (!reference) throw new Error(`${name} has no value`);
  const found = (await mapOf(api, pod, kind, reference.name, reference.optional)).get(
    reference.key,
  );
  if (found === undefined && !reference.optional) {
    throw new Error(
      `${pod.metadata.name} cannot start: ${kind}/${reference.name} has no key ${reference.key}`,
    );
  }
  return found?.toString('utf8');
}
