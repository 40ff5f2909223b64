import { readOn } from '../../../lib/alerting/runbook.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { Series } from './promql.ts';
import { type AlertRule, alertRule } from './rule.ts';

/** A node that is drained, a roll-out, or the first look of an exporter that has just started takes less. */
const PATIENCE_SECONDS = 600;

/** Whether anybody looks. While nobody does, the other alerts say what was known last, or nothing at all. */
export function exporterAlerts(
  compiled: CompiledPlan,
  { refreshSeconds }: NonNullable<CompiledPlan['monitoring']>,
): AlertRule[] {
  const series = new Series(compiled);
  const { plan, environment } = compiled;
  const unseen = `time() - ${series.bySource('looked')} > ${3 * refreshSeconds}`;
  return [
    alertRule({
      alert: 'TidemarkExporterAbsent',
      severity: 'critical',
      expr: `absent(${series.of('info')})`,
      forSeconds: PATIENCE_SECONDS,
      summary: `nothing is heard of the exporter of ${plan} ${environment}`,
      description: `While it is away nobody is told of backups that fail or are missing. ${readOn('exporter-absent')}`,
    }),
    alertRule({
      alert: 'TidemarkStoreUnreachable',
      severity: 'critical',
      expr: `count by (plan, environment) (${unseen})`,
      forSeconds: PATIENCE_SECONDS,
      summary: `the store of ${plan} ${environment} tells nothing about {{ $value }} sources`,
      description: `It cannot be reached or read by the exporter, and perhaps by nobody: then backups fail too. ${readOn('store-unreachable')}`,
    }),
  ];
}
