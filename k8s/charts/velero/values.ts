import { roleArn } from '../../../lib/access/role-names.ts';
import { veleroOfPlan } from '../../../lib/access/velero-account.ts';
import { clusterSources } from '../../../lib/engines/kubernetes/names.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { veleroLocation } from './location.ts';

/** The repository of Velero's Helm chart, and its releases for the version that the objects are written for. */
export const VELERO_CHARTS = 'https://vmware-tanzu.github.io/helm-charts';
export const VELERO_CHART_VERSION = '12.*';

/** Of which the objects are written: a field that it does not know is in none of them. */
const VELERO_VERSION = 'v1.18.2';
/** Of the plug-ins that belong to it. CSI snapshots are part of Velero itself. */
const PLUGIN_VERSION = 'v1.14.2';

/** What the chart puts before the name of a ConfigMap, for a release that is called as everywhere here. */
const RELEASE = 'velero';
const NODE_AGENT_CONFIG = 'node-agent-config';

/** A volume of both pods. Kopia keeps its configuration and cache below HOME, and the root is read-only. */
const WRITABLE = '/scratch';

const confined = () => ({
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
});

/**
 * Values of Velero's own Helm chart (12 and later), as far as the plan decides them. Locations and Schedules are not in
 * them: they are objects beside it, so that they are written once.
 * Undefined where the plan has no cluster to back up.
 */
export function veleroValues(compiled: CompiledPlan): object | undefined {
  const velero = veleroOfPlan(compiled);
  const [first, ...others] = clusterSources(compiled);
  if (!velero || !first) return undefined;
  const sources = [first, ...others].map(({ settings }) => settings);
  const { plugin } = veleroLocation(compiled, first);
  const nodeAgent = sources.some(
    ({ moveSnapshots, readVolumes }) => moveSnapshots || (readVolumes ?? false),
  );
  return {
    image: { tag: VELERO_VERSION },
    initContainers: [
      {
        name: `velero-plugin-for-${plugin}`,
        image: `velero/velero-plugin-for-${plugin}:${PLUGIN_VERSION}`,
        imagePullPolicy: 'IfNotPresent',
        securityContext: confined(),
        volumeMounts: [{ name: 'plugins', mountPath: '/target' }],
      },
    ],
    // The node agent reads the volumes of all pods from the node, which no stricter standard allows.
    ...(nodeAgent && {
      namespace: { labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
    }),
    serviceAccount: {
      server: {
        create: true,
        name: velero.serviceAccount,
        ...(compiled.kubernetes.issuers && {
          annotations: {
            'eks.amazonaws.com/role-arn': roleArn(compiled, compiled.regions.primary, 'velero'),
            'eks.amazonaws.com/sts-regional-endpoints': 'true',
          },
        }),
      },
    },
    credentials: { useSecret: false },
    containerSecurityContext: confined(),
    podSecurityContext: {
      runAsNonRoot: true,
      runAsUser: 1000,
      fsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    resources: {
      requests: { cpu: '100m', memory: '256Mi' },
      limits: { cpu: '1', memory: '1Gi' },
    },
    configuration: {
      backupStorageLocation: [],
      volumeSnapshotLocation: [],
      features: 'EnableCSI',
      uploaderType: 'kopia',
      // Every pass over a repository costs requests; hourly, as Velero does it by itself, is far more than is needed.
      defaultRepoMaintainFrequency: '24h0m0s',
      extraEnvVars: [{ name: 'HOME', value: WRITABLE }],
      extraArgs: [
        // A Schedule that is new or wakes up waits for its time. In the Schedule itself Velero would undo it.
        '--schedule-skip-immediately=true',
      ],
    },
    backupsEnabled: false,
    snapshotsEnabled: false,
    deployNodeAgent: nodeAgent,
    ...(nodeAgent && {
      // A claim that is restored before its pod, as by every stage of a recovery, would wait for a pod until it failed.
      configMaps: {
        [NODE_AGENT_CONFIG]: {
          data: { 'config.json': JSON.stringify({ restorePVC: { ignoreDelayBinding: true } }) },
        },
      },
      nodeAgent: {
        extraArgs: [`--node-agent-configmap=${RELEASE}-${NODE_AGENT_CONFIG}`],
        podVolumePath: '/var/lib/kubelet/pods',
        privileged: false,
        resources: {
          requests: { cpu: '100m', memory: '512Mi' },
          limits: { cpu: '1', memory: '2Gi' },
        },
      },
    }),
    metrics: {
      enabled: true,
      // Whatever watches Tidemark watches Velero by its own metrics.
      ...(compiled.monitoring?.operator && {
        serviceMonitor: { enabled: true, additionalLabels: compiled.monitoring.labels },
      }),
    },
    schedules: {},
    upgradeCRDs: true,
    cleanUpCRDs: false,
  };
}
