import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { VERSION } from '../../lib/version.ts';
import { compiledPlan } from './compiled-plan.ts';

export const DIGEST = `sha256:${'ab'.repeat(32)}`;

/** A plan that says everything that a plan can say about how its pods fit a cluster. */
export function deployedPlan(changes: Partial<CompiledPlan> = {}): CompiledPlan {
  const { kubernetes, ...plan } = compiledPlan(changes);
  return {
    ...plan,
    monitoring: {
      namespace: 'monitoring',
      refreshSeconds: 60,
      operator: true,
      labels: {},
      dashboard: true,
      slotBytes: 2 ** 30,
    },
    kubernetes: {
      ...kubernetes,
      digests: { [`${VERSION}-pg15`]: DIGEST, [`${VERSION}-base`]: DIGEST },
      pullSecrets: ['registry'],
      labels: { 'example.com/team': 'platform' },
      annotations: { 'example.com/owner': 'oncall@example.com' },
      pods: {
        nodeSelector: { 'kubernetes.io/arch': 'arm64' },
        tolerations: [{ key: 'backup', operator: 'Equal', value: 'yes', effect: 'NoSchedule' }],
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                { matchExpressions: [{ key: 'spot', operator: 'DoesNotExist' }] },
              ],
            },
          },
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 50,
                podAffinityTerm: {
                  labelSelector: { matchLabels: { app: 'postgres' } },
                  topologyKey: 'kubernetes.io/hostname',
                  namespaces: ['shop'],
                },
              },
            ],
          },
        },
        topologySpread: [
          {
            maxSkew: 1,
            topologyKey: 'topology.kubernetes.io/zone',
            whenUnsatisfiable: 'ScheduleAnyway',
          },
        ],
        labels: { 'sidecar.istio.io/inject': 'false' },
        annotations: { 'linkerd.io/inject': 'disabled' },
      },
      priority: { value: 1000 },
      quota: true,
      network: {
        s3: { cidrs: ['10.0.0.0/16', 'fd00::/64'] },
        apiServer: { port: 6443, cidrs: ['10.1.0.0/24'] },
        dns: { namespace: 'openshift-dns', labels: { dns: 'default' }, port: 5353 },
        extra: [
          { namespace: 'proxy', port: 3128 },
          { cidr: '10.9.0.0/16', port: 5433 },
          { port: 8443 },
        ],
      },
      secrets: {
        kind: 'external-secrets',
        store: { name: 'vault', kind: 'ClusterSecretStore' },
        path: '{plan}/{environment}/{secret}',
        refresh: '1h',
      },
      gitops: {
        repository: 'https://git.example.com/shop/backup.git',
        revision: 'main',
        argoCd: { namespace: 'argocd', project: 'default' },
        flux: { namespace: 'flux-system', interval: '10m', secret: 'git' },
      },
      ...changes.kubernetes,
    },
  };
}
