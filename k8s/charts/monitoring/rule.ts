import { z } from 'zod';
import { alertSeveritySchema } from '../../../lib/plan/alerts.ts';
import { formatDuration } from './promql.ts';

/** As Prometheus writes durations: `90s`, `15m`, `1h30m`. */
const durationSchema = z.string().regex(/^(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/);

/**
 * An alerting rule as both a rules file and a PrometheusRule of the operator take it. Names begin with a capital letter, so
 * that no alert can be taken for a metric.
 */
const alertRuleSchema = z.strictObject({
  alert: z.string().regex(/^[A-Z][A-Za-z0-9]+$/),
  expr: z.string().min(1),
  /** How long it must be true before it rings. Absent = at once. */
  for: durationSchema.optional(),
  labels: z.strictObject({ severity: alertSeveritySchema }),
  /** One line each. The summary says what is wrong, of what; the description, what it means and where to read on. */
  annotations: z.strictObject({ summary: z.string(), description: z.string() }),
});
export type AlertRule = z.infer<typeof alertRuleSchema>;

export const ruleGroupSchema = z.strictObject({
  name: z.string().min(1),
  rules: z.array(alertRuleSchema).min(1),
});
export type RuleGroup = z.infer<typeof ruleGroupSchema>;

interface AlertText {
  readonly alert: string;
  readonly severity: AlertRule['labels']['severity'];
  readonly expr: string;
  /** @default 0: at once */
  readonly forSeconds?: number;
  /** May use labels and the value as Prometheus' templates do. */
  readonly summary: string;
  readonly description: string;
}

export const alertRule = ({
  forSeconds = 0,
  severity,
  summary,
  ...text
}: AlertText): AlertRule => ({
  alert: text.alert,
  expr: text.expr,
  ...(forSeconds > 0 && { for: formatDuration(forSeconds) }),
  labels: { severity },
  annotations: { summary, description: text.description },
});
