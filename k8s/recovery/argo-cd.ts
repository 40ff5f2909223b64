import { z } from 'zod';
import { veleroOfPlan } from '../../lib/access/velero-account.ts';
import { planLabels } from '../charts/names.ts';
import { VELERO_CHART_VERSION, VELERO_CHARTS } from '../charts/velero/values.ts';
import { destination } from '../gitops/argo-cd.ts';
import { deploymentName, locationOf } from '../gitops/location.ts';
import type { KubernetesObject } from '../objects/object.ts';
import { type ClusterView, wakingPath } from '../views.ts';
import type { RecoveryStage } from './stages.ts';

const gitSourceSchema = z.strictObject({
  repoURL: z.string(),
  targetRevision: z.string(),
  path: z.string(),
});

/** Fields of an Application of argoproj.io/v1alpha1 that a recovery uses, and no others. */
const applicationSchema = z.strictObject({
  project: z.string(),
  source: gitSourceSchema.optional(),
  sources: z
    .array(
      z.union([
        z.strictObject({ repoURL: z.string(), targetRevision: z.string(), ref: z.string() }),
        z.strictObject({
          repoURL: z.string(),
          targetRevision: z.string(),
          chart: z.string(),
          helm: z.strictObject({ releaseName: z.string(), valueFiles: z.array(z.string()) }),
        }),
      ]),
    )
    .optional(),
  destination: z.union([
    z.strictObject({ server: z.string(), namespace: z.string().optional() }),
    z.strictObject({ name: z.string(), namespace: z.string().optional() }),
  ]),
  syncPolicy: z.strictObject({
    automated: z.strictObject({ prune: z.literal(false), selfHeal: z.literal(false) }).optional(),
    syncOptions: z.array(z.string()),
  }),
});
type Spec = z.infer<typeof applicationSchema>;

/** Nothing is applied a second time, and nothing is removed: what a recovery has brought back is the product's. */
const ONCE: Spec['syncPolicy'] = {
  automated: { prune: false, selfHeal: false },
  syncOptions: ['CreateNamespace=true', 'ServerSideApply=true'],
};

/** Somebody says when the servers go on with what was restored: backups of anything else would be the newest. */
const BY_HAND: Spec['syncPolicy'] = { syncOptions: ONCE.syncOptions };

/** The manifests that take backups again: a cluster that waited is woken by others than those that keep it asleep. */
const awake = ({ path, standby }: ClusterView): string => (standby ? wakingPath(path) : path);

/** An Application for each stage that applies something, after Velero itself, and the one that is applied by hand. */
export function recoveryApplications(
  view: ClusterView,
  stages: readonly RecoveryStage[],
  folders: { readonly stages: string; readonly applications: string },
): { readonly root: KubernetesObject; readonly stages: Map<string, KubernetesObject> } | undefined {
  const { compiled, id } = view;
  const { gitops } = compiled.kubernetes;
  if (!gitops?.argoCd) return undefined;
  const { argoCd } = gitops;
  const to = destination(compiled, id, argoCd.destinations?.[id]);
  const from = (below: string): Spec['source'] => {
    const { repository, revision, path } = locationOf(compiled, gitops, below);
    return { repoURL: repository, targetRevision: revision, path };
  };
  const make = (what: string, wave: number, spec: Partial<Spec>): KubernetesObject => ({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: `${deploymentName(compiled, id)}-${what}`,
      namespace: argoCd.namespace,
      labels: planLabels(compiled),
      annotations: { 'argocd.argoproj.io/sync-wave': String(wave) },
    },
    spec: applicationSchema.parse({
      project: argoCd.project,
      destination: to,
      syncPolicy: ONCE,
      ...spec,
    }),
  });
  const velero = veleroOfPlan(compiled);
  const values = from([view.path, 'values/velero/values.yaml'].filter((part) => part).join('/'));
  const applications = new Map<string, KubernetesObject>();
  if (velero && values) {
    const sources: Spec['sources'] = [
      {
        repoURL: VELERO_CHARTS,
        targetRevision: VELERO_CHART_VERSION,
        chart: 'velero',
        helm: { releaseName: 'velero', valueFiles: [`$plan/${values.path}`] },
      },
      { repoURL: values.repoURL, targetRevision: values.targetRevision, ref: 'plan' },
    ];
    const spec = { sources, destination: { ...to, namespace: velero.namespace } };
    applications.set('00-velero', make('recovery-velero', -1, spec));
  }
  stages.forEach(({ stage, folder, files }, wave) => {
    if (stage === 'checks') {
      const source = from(awake(view));
      applications.set(folder, make(`recovery-${stage}`, wave, { source, syncPolicy: BY_HAND }));
    } else if (files.size > 0) {
      const source = from(`${folders.stages}/${folder}`);
      applications.set(folder, make(`recovery-${stage}`, wave, { source }));
    }
  });
  return {
    // In the cluster of Argo CD, whatever cluster is rebuilt.
    root: make('recovery', 0, {
      source: from(folders.applications),
      destination: { server: 'https://kubernetes.default.svc' },
    }),
    stages: applications,
  };
}

/**
 * What Argo CD has to be told before it waits for a stage: of the health of an Application it knows nothing by itself, and
 * of that of a Restore only in its later releases. A bucket is ready once Velero has listed its backups: a Restore that is
 * there before finds none, and fails for good. Merged into its ConfigMap, not applied over it.
 */
export const healthChecks = (namespace: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'argocd-cm', namespace },
  data: {
    'resource.customizations.health.argoproj.io_Application': APPLICATION_HEALTH,
    'resource.customizations.health.velero.io_BackupStorageLocation': LOCATION_HEALTH,
    'resource.customizations.health.velero.io_Restore': RESTORE_HEALTH,
  },
});

const APPLICATION_HEALTH = `hs = { status = "Progressing", message = "" }
if obj.status ~= nil and obj.status.health ~= nil then
  hs.status = obj.status.health.status
  hs.message = obj.status.health.message or ""
end
return hs
`;

const LOCATION_HEALTH = `local status = obj.status or {}
local hs = { status = "Progressing", message = status.message or "" }
if status.phase == "Unavailable" then
  hs.status = "Degraded"
elseif status.phase == "Available" and status.lastSyncedTime ~= nil then
  hs.status = "Healthy"
end
return hs
`;

const RESTORE_HEALTH = `local phase = obj.status ~= nil and obj.status.phase or "New"
local hs = { status = "Progressing", message = phase }
if phase == "Completed" then
  hs.status = "Healthy"
elseif string.find(phase, "Failed") ~= nil then
  hs.status = "Degraded"
end
return hs
`;
