import { z } from 'zod';
import { planLabels } from '../charts/names.ts';
import type { KubernetesObject } from '../objects/object.ts';
import type { ClusterView } from '../views.ts';
import { deploymentName, locationOf } from './location.ts';

/** Fields of a GitRepository of source.toolkit.fluxcd.io/v1 that are written here, and no others. */
const repositorySchema = z.strictObject({
  url: z.string(),
  ref: z.union([z.strictObject({ branch: z.string() }), z.strictObject({ commit: z.string() })]),
  interval: z.string(),
  secretRef: z.strictObject({ name: z.string() }).optional(),
});

/** Fields of a Kustomization of kustomize.toolkit.fluxcd.io/v1 that are written here, and no others. */
const kustomizationSchema = z.strictObject({
  sourceRef: z.strictObject({ kind: z.literal('GitRepository'), name: z.string() }),
  path: z.string(),
  interval: z.string(),
  retryInterval: z.string(),
  prune: z.boolean(),
  wait: z.boolean(),
  timeout: z.string(),
});

/** Longer than a streamer takes to be ready, which is once WAL is safe in the bucket. */
const READY_WITHIN = '10m';
const RETRY_AFTER = '1m';

/**
 * What keeps the cluster that Flux runs in as the manifests say: each cluster is given its own. None where the plan does not
 * speak of Flux.
 */
export function fluxObjects({ id, path, compiled }: ClusterView): KubernetesObject[] {
  const { gitops } = compiled.kubernetes;
  if (!gitops?.flux) return [];
  const { namespace, interval, secret } = gitops.flux;
  const { repository, revision, path: folder } = locationOf(compiled, gitops, path);
  const metadata = {
    name: deploymentName(compiled, id),
    namespace,
    labels: planLabels(compiled),
  };
  const source: z.infer<typeof repositorySchema> = {
    url: repository.replace(/^git@([^:]+):/, 'ssh://git@$1/'),
    ref: /^[0-9a-f]{40}$/.test(revision) ? { commit: revision } : { branch: revision },
    interval,
    ...(secret !== undefined && { secretRef: { name: secret } }),
  };
  const applied: z.infer<typeof kustomizationSchema> = {
    sourceRef: { kind: 'GitRepository', name: metadata.name },
    path: `./${folder}`,
    interval,
    retryInterval: RETRY_AFTER,
    prune: true,
    wait: true,
    timeout: READY_WITHIN,
  };
  return [
    {
      apiVersion: 'source.toolkit.fluxcd.io/v1',
      kind: 'GitRepository',
      metadata,
      spec: repositorySchema.parse(source),
    },
    {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata,
      spec: kustomizationSchema.parse(applied),
    },
  ];
}
