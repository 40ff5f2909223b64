import { Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { EXPORTER_SERVICE_ACCOUNT } from '../../../lib/access/service-accounts.ts';
import { EXPORTER_PORT } from '../../../lib/exporter/exporter.ts';
import { HEALTH_PATH, METRICS_PATH } from '../../../lib/exporter/server.ts';
import { type CompiledPlan, derivedSources } from '../../../lib/plan/compiled.ts';
import { roleAnnotations } from '../access.ts';
import { policy } from '../network/policy.ts';
import { inNamespace, port } from '../network/rules.ts';
import { AGENT_UID, planPodSpec } from '../pod.ts';
import { googleAnnotations } from '../store-access.ts';
import { wave } from '../sync-wave.ts';
import { EXPORTER, exporterLabels, exporterSelector, PORT_NAME } from './names.ts';

type Monitoring = NonNullable<CompiledPlan['monitoring']>;

/**
 * What tells Prometheus what the store says: one replica, as what it says of every other one would be the same, whose pod
 * only Prometheus may connect to, and whose account may read what was written down about backups and no backup itself.
 */
export class ExporterChart extends Chart {
  constructor(scope: Construct, id: string, compiled: CompiledPlan, monitoring: Monitoring) {
    super(scope, id, { disableResourceNameHashes: true });
    const { namespace } = compiled.kubernetes;
    const labels = exporterLabels(compiled);
    new k8s.KubeServiceAccount(this, 'Account', {
      metadata: {
        name: EXPORTER_SERVICE_ACCOUNT,
        namespace,
        labels,
        annotations: {
          ...wave('policy'),
          ...roleAnnotations(compiled, 'exporter'),
          // Outside of AWS there is no account that reads less.
          ...googleAnnotations(compiled, 'verifier'),
        },
      },
      automountServiceAccountToken: false,
    });
    policy(this, compiled, EXPORTER, {
      podSelector: { matchLabels: exporterSelector(compiled) },
      policyTypes: ['Ingress'],
      ingress: [{ from: [inNamespace(monitoring.namespace)], ports: [port(EXPORTER_PORT)] }],
    });
    new k8s.KubeDeployment(this, 'Deployment', {
      metadata: { name: EXPORTER, namespace, labels, annotations: wave('streamer') },
      spec: {
        replicas: 1,
        // The old one goes when the new one can be scraped: two of them disturb nobody.
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: {
            maxSurge: k8s.IntOrString.fromNumber(1),
            maxUnavailable: k8s.IntOrString.fromNumber(0),
          },
        },
        revisionHistoryLimit: 3,
        selector: { matchLabels: exporterSelector(compiled) },
        template: {
          metadata: { labels, ...(!monitoring.operator && { annotations: SCRAPED }) },
          spec: planPodSpec(compiled, {
            serviceAccountName: EXPORTER_SERVICE_ACCOUNT,
            kubernetesApi: false,
            user: { uid: AGENT_UID, gid: AGENT_UID },
            command: ['exporter', '--listen', `:${EXPORTER_PORT}`],
            resources: { cpu: ['50m', '1'], memory: memoryFor(derivedSources(compiled).length) },
            ports: [{ name: PORT_NAME, containerPort: EXPORTER_PORT, protocol: 'TCP' }],
            probes: {
              startupProbe: probe(2, 30),
              readinessProbe: probe(10, 1),
              livenessProbe: probe(30, 3),
            },
            restartPolicy: 'Always',
            graceSeconds: 30,
          }),
        },
      },
    });
  }
}

/** What Prometheus without its operator looks for, where it is configured as its chart does. */
const SCRAPED = {
  'prometheus.io/scrape': 'true',
  'prometheus.io/port': String(EXPORTER_PORT),
  'prometheus.io/path': METRICS_PATH,
} as const;

/** It answers as soon as it runs, whatever the store does; it stops answering well only where a restart would cure it. */
const probe = (periodSeconds: number, failureThreshold: number): k8s.Probe => ({
  httpGet: { path: HEALTH_PATH, port: k8s.IntOrString.fromString(PORT_NAME) },
  periodSeconds,
  timeoutSeconds: 5,
  failureThreshold,
});

/** The program itself, and what it remembers of each source. */
const memoryFor = (sources: number): string => `${224 + Math.ceil(sources / 100) * 32}Mi`;
