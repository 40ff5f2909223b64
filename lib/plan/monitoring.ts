import { z } from 'zod';
import type { CompiledPlan } from './compiled.ts';
import { labelValueSchema, qualifiedKeySchema } from './deployment/labels.ts';
import { type Duration, durationSchema, seconds } from './values/duration.ts';
import { nameSchema } from './values/names.ts';
import { bytes, sizeSchema } from './values/size.ts';

/** A look reads the lists of every source, which costs; and what an hour hides nobody is told in time. */
const REFRESH_SECONDS = { least: 30, most: 3600 };

const refreshSchema = durationSchema.pipe(
  z.custom<Duration>((duration) => isRefresh(duration as Duration), {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not how often the exporter can look at the store; write a duration from '30s' to '1h', such as '5m'`,
  }),
);

function isRefresh(duration: Duration): boolean {
  const length = seconds(duration);
  return length >= REFRESH_SECONDS.least && length <= REFRESH_SECONDS.most;
}

/** Prometheus and Grafana in the cluster: an exporter of what the store says, alerts and a dashboard. */
export const monitoringSchema = z.strictObject({
  /** Where Prometheus runs: pods of this namespace, and no others, may connect to the exporter. */
  namespace: nameSchema,
  /** Time between two looks at the store. */
  refresh: refreshSchema.default('5m'),
  /** Whether the cluster has the Prometheus Operator, whose PodMonitor and PrometheusRule are written then. */
  operator: z.boolean().default(true),
  /** Labels by which the operator's Prometheus selects them. */
  labels: z.record(qualifiedKeySchema, labelValueSchema).default({}),
  /** Whether a ConfigMap with a dashboard is written, which the sidecar of Grafana's chart finds by its label. */
  dashboard: z.boolean().default(true),
  /** A replication slot that holds back more than this is told of, whatever the server's own limit is. */
  slot: sizeSchema.default('16GiB'),
});

/** What is asked for in one environment. @param monitoring as the environment sees it */
export function compiledMonitoring(
  monitoring: z.output<typeof monitoringSchema> | undefined,
): Pick<CompiledPlan, 'monitoring'> {
  if (!monitoring) return {};
  const { namespace, refresh, operator, labels, dashboard, slot } = monitoring;
  return {
    monitoring: {
      namespace,
      refreshSeconds: seconds(refresh),
      operator,
      labels,
      dashboard,
      slotBytes: bytes(slot),
    },
  };
}
