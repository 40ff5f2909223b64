import { z } from 'zod';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { planLabels } from '../charts/names.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { ClusterView } from '../views.ts';
import { deploymentName, locationOf } from './location.ts';

/** Fields of an Application of argoproj.io/v1alpha1 that are written here, and no others. */
const applicationSchema = z.strictObject({
  project: z.string(),
  source: z.strictObject({ repoURL: z.string(), targetRevision: z.string(), path: z.string() }),
  destination: z.union([
    z.strictObject({ server: z.string() }),
    z.strictObject({ name: z.string() }),
  ]),
  syncPolicy: z.strictObject({
    automated: z.strictObject({ prune: z.boolean(), selfHeal: z.boolean() }),
    syncOptions: z.array(z.string()),
    retry: z.strictObject({
      limit: z.number(),
      backoff: z.strictObject({
        duration: z.string(),
        factor: z.number(),
        maxDuration: z.string(),
      }),
    }),
  }),
});

/** The cluster that Argo CD itself is in. */
const OWN_CLUSTER = 'https://kubernetes.default.svc';

/** An Application that keeps one cluster as the manifests say; undefined where the plan does not speak of Argo CD. */
export function application({ id, path, compiled }: ClusterView): KubernetesObject | undefined {
  const { gitops } = compiled.kubernetes;
  if (!gitops?.argoCd) return undefined;
  const { argoCd } = gitops;
  const { repository, revision, path: folder } = locationOf(compiled, gitops, path);
  const spec: z.infer<typeof applicationSchema> = {
    project: argoCd.project,
    source: { repoURL: repository, targetRevision: revision, path: folder },
    destination: destination(compiled, id, argoCd.destinations?.[id]),
    syncPolicy: {
      automated: { prune: true, selfHeal: true },
      // A plan of many sources is more than an annotation holds, in which it would be kept otherwise.
      syncOptions: ['ServerSideApply=true'],
      // Backups must not wait for a person because the API server was away for a while.
      retry: { limit: 10, backoff: { duration: '10s', factor: 2, maxDuration: '10m' } },
    },
  };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: deploymentName(compiled, id),
      namespace: argoCd.namespace,
      labels: planLabels(compiled),
    },
    spec: applicationSchema.parse(spec),
  };
}

/** @param wanted address of an API server, or what Argo CD calls the cluster */
export function destination(
  { kubernetes }: CompiledPlan,
  id: string,
  wanted = id === 'primary' ? OWN_CLUSTER : kubernetes.cluster,
): { server: string } | { name: string } {
  return wanted.startsWith('https://') ? { server: wanted } : { name: wanted };
}
