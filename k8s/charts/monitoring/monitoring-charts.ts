import type { Construct } from 'constructs';
import { hasExporter } from '../../../lib/access/exporter-role.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import type { NamedCharts } from '../scheduled-backups.ts';
import { DashboardChart } from './dashboard-chart.ts';
import { ExporterChart } from './exporter-chart.ts';
import { OperatorChart } from './operator-chart.ts';
import { ruleGroups } from './rule-groups.ts';

/**
 * What Prometheus and Grafana are given, where the plan asks for it and there is something to watch. Velero tells of itself:
 * its alerts need no exporter of ours.
 */
export function monitoringCharts(scope: Construct, compiled: CompiledPlan): NamedCharts {
  const { monitoring } = compiled;
  if (!monitoring) return [];
  const charts: NamedCharts = [];
  const exporter = hasExporter(compiled);
  if (exporter) {
    charts.push(['45-exporter', new ExporterChart(scope, 'exporter', compiled, monitoring)]);
  }
  if (monitoring.operator && ruleGroups(compiled).length > 0) {
    charts.push(['46-prometheus', new OperatorChart(scope, 'prometheus', compiled, monitoring)]);
  }
  if (exporter && monitoring.dashboard) {
    charts.push(['46-dashboard', new DashboardChart(scope, 'dashboard', compiled, monitoring)]);
  }
  return charts;
}
