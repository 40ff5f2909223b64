import { z } from 'zod';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { planLabels } from '../charts/names.ts';
import { wave } from '../charts/sync-wave.ts';
import type { KubernetesObject } from './object.ts';
import type { Pod } from './pod-template.ts';

/** Keys of each Secret that pods read, by its name, both in the order of their names. Never a value. */
export function secretKeys(pods: readonly Pod[]): Map<string, string[]> {
  const keys = new Map<string, Set<string>>();
  const add = (name: string, key: string) => {
    keys.set(name, (keys.get(name) ?? new Set()).add(key));
  };
  for (const { containers, initContainers = [], volumes = [] } of pods) {
    for (const { env = [] } of [...containers, ...initContainers]) {
      for (const { valueFrom } of env) {
        if (valueFrom?.secretKeyRef) add(valueFrom.secretKeyRef.name, valueFrom.secretKeyRef.key);
      }
    }
    for (const { secret } of volumes) {
      for (const { key } of secret?.items ?? []) add(secret?.secretName ?? '', key);
    }
  }
  return new Map(
    [...keys]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, found]) => [name, [...found].sort()]),
  );
}

/** What a node reads to pull an image. */
const PULL_KEY = '.dockerconfigjson';

/** Fields of external-secrets.io/v1 that are written here, and no others. */
const externalSecretSchema = z.strictObject({
  refreshInterval: z.string(),
  secretStoreRef: z.strictObject({ name: z.string(), kind: z.string() }),
  target: z.strictObject({
    name: z.string(),
    creationPolicy: z.literal('Owner'),
    template: z.strictObject({ type: z.string() }).optional(),
  }),
  data: z.array(
    z.strictObject({
      secretKey: z.string(),
      remoteRef: z.strictObject({ key: z.string(), property: z.string() }),
    }),
  ),
});

/**
 * For each Secret that pods read, and each with which images are pulled, what tells the External Secrets Operator to
 * fill it; by the name of the Secret. None where the plan has its Secrets from elsewhere.
 */
export function externalSecrets(
  compiled: CompiledPlan,
  pods: readonly Pod[],
): Map<string, KubernetesObject> {
  const { secrets, pullSecrets = [] } = compiled.kubernetes;
  if (secrets?.kind !== 'external-secrets') return new Map();
  const wanted = secretKeys(pods);
  for (const name of pullSecrets) wanted.set(name, [PULL_KEY]);
  return new Map(
    [...wanted].map(([name, keys]) => {
      const spec: z.infer<typeof externalSecretSchema> = {
        refreshInterval: secrets.refresh,
        secretStoreRef: secrets.store,
        target: {
          name,
          creationPolicy: 'Owner',
          ...(keys.includes(PULL_KEY) && { template: { type: 'kubernetes.io/dockerconfigjson' } }),
        },
        data: keys.map((secretKey) => ({
          secretKey,
          remoteRef: { key: pathOf(compiled, secrets.path, name), property: secretKey },
        })),
      };
      return [
        name,
        {
          apiVersion: 'external-secrets.io/v1',
          kind: 'ExternalSecret',
          metadata: {
            name,
            namespace: compiled.kubernetes.namespace,
            labels: planLabels(compiled),
            annotations: wave('policy'),
          },
          spec: externalSecretSchema.parse(spec),
        },
      ];
    }),
  );
}

const pathOf = ({ plan, environment, kubernetes }: CompiledPlan, path: string, secret: string) =>
  path
    .replaceAll('{plan}', plan)
    .replaceAll('{environment}', environment)
    .replaceAll('{namespace}', kubernetes.namespace)
    .replaceAll('{secret}', secret);
