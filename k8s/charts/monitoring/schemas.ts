import { z } from 'zod';
import { ruleGroupSchema } from './rule.ts';

/**
 * What is used of monitoring.coreos.com/v1, as strictly as the Prometheus Operator's own definitions take it (0.93): a key
 * that is not here, or of another type, is refused at synthesis and not by a cluster.
 */

const labelsSchema = z.record(z.string(), z.string());

const metadataSchema = z.strictObject({
  name: z.string().min(1).max(253),
  namespace: z.string(),
  labels: labelsSchema,
  annotations: labelsSchema,
});

export const podMonitorSchema = z.strictObject({
  apiVersion: z.literal('monitoring.coreos.com/v1'),
  kind: z.literal('PodMonitor'),
  metadata: metadataSchema,
  spec: z.strictObject({
    selector: z.strictObject({ matchLabels: labelsSchema }),
    podMetricsEndpoints: z
      .array(
        z.strictObject({
          /** Name of the container's port. */
          port: z.string(),
          path: z.string().startsWith('/'),
          interval: z.string().regex(/^\d+s$/),
        }),
      )
      .min(1),
  }),
});

export const prometheusRuleSchema = z.strictObject({
  apiVersion: z.literal('monitoring.coreos.com/v1'),
  kind: z.literal('PrometheusRule'),
  metadata: metadataSchema,
  spec: z.strictObject({ groups: z.array(ruleGroupSchema).min(1) }),
});
