import type { Construct } from 'constructs';
import { hasExporter } from '../../../lib/access/exporter-role.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import type { NamedCharts } from '../scheduled-backups.ts';
import { DashboardChart } from './dashboard-chart.ts';
import { ExporterChart } from './exporter-chart.ts';
import { OperatorChart } from './operator-chart.ts';

/** What Prometheus and Grafana are given, where the plan asks for it and there is something to watch. */
export function monitoringCharts(scope: Construct, compiled: CompiledPlan): NamedCharts {
  const { monitoring } = compiled;
  if (!monitoring || !hasExporter(compiled)) return [];
  const charts: NamedCharts = [
    ['45-exporter', new ExporterChart(scope, 'exporter', compiled, monitoring)],
  ];
  if (monitoring.operator) {
    charts.push(['46-prometheus', new OperatorChart(scope, 'prometheus', compiled, monitoring)]);
  }
  if (monitoring.dashboard) {
    charts.push(['46-dashboard', new DashboardChart(scope, 'dashboard', compiled, monitoring)]);
  }
  return charts;
}
