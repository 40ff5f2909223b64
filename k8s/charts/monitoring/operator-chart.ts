import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { hasExporter } from '../../../lib/access/exporter-role.ts';
import { METRICS_PATH } from '../../../lib/exporter/server.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { wave } from '../sync-wave.ts';
import { EXPORTER, exporterLabels, exporterSelector, PORT_NAME } from './names.ts';
import { ruleGroups } from './rule-groups.ts';
import { podMonitorSchema, prometheusRuleSchema } from './schemas.ts';

type Monitoring = NonNullable<CompiledPlan['monitoring']>;

/** Series are renewed with each look; scraping more often than this tells nothing more. */
const LONGEST_INTERVAL_SECONDS = 60;

/** What the Prometheus Operator turns into a job that scrapes, and into rules. */
export class OperatorChart extends Chart {
  constructor(scope: Construct, id: string, compiled: CompiledPlan, monitoring: Monitoring) {
    super(scope, id, { disableResourceNameHashes: true });
    const metadata = {
      name: EXPORTER,
      namespace: compiled.kubernetes.namespace,
      labels: { ...monitoring.labels, ...exporterLabels(compiled) },
      annotations: wave('streamer'),
    };
    const apiVersion = 'monitoring.coreos.com/v1';
    const interval = Math.min(LONGEST_INTERVAL_SECONDS, monitoring.refreshSeconds);
    if (hasExporter(compiled)) {
      new ApiObject(
        this,
        'PodMonitor',
        podMonitorSchema.parse({
          apiVersion,
          kind: 'PodMonitor',
          metadata,
          spec: {
            selector: { matchLabels: exporterSelector(compiled) },
            podMetricsEndpoints: [
              { port: PORT_NAME, path: METRICS_PATH, interval: `${interval}s` },
            ],
          },
        }),
      );
    }
    new ApiObject(
      this,
      'PrometheusRule',
      prometheusRuleSchema.parse({
        apiVersion,
        kind: 'PrometheusRule',
        metadata,
        spec: { groups: ruleGroups(compiled) },
      }),
    );
  }
}
