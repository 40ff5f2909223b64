import type { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { veleroOfPlan } from '../../lib/access/velero-account.ts';
import { type CompiledPlan, type DerivedSource, derivedSources } from '../../lib/plan/compiled.ts';
import { LeaseAccessChart, ServiceAccountsChart } from './access.ts';
import { ConfigurationChart } from './configuration.ts';
import { DisruptionChart } from './disruption.ts';
import { monitoringCharts } from './monitoring/monitoring-charts.ts';
import { NamespaceChart } from './namespace.ts';
import { PlanNetworkChart } from './network/plan-network.ts';
import { SourceNetworkChart } from './network/source-network.ts';
import type { NamedCharts } from './scheduled-backups.ts';
import { sourceCharts } from './source-charts.ts';
import { VeleroChart } from './velero/velero-chart.ts';

/** Every chart of a plan by the name of its file; the names sort in the order in which the files are applied. */
export function planCharts(scope: Construct, compiled: CompiledPlan): Map<string, Chart> {
  const charts: [string, Chart][] = [
    ['00-namespace', new NamespaceChart(scope, 'namespace', compiled)],
    ['30-network-policies', new PlanNetworkChart(scope, 'network-policies', compiled)],
    ...derivedSources(compiled).flatMap((source) => [
      ...foundations(scope, compiled, source),
      ...sourceCharts(scope, compiled, source),
    ]),
    ...monitoringCharts(scope, compiled),
    ...(veleroOfPlan(compiled)
      ? [['80-velero', new VeleroChart(scope, 'velero', compiled)] satisfies [string, Chart]]
      : []),
  ];
  return new Map(charts.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What the pods of a source stand on: files of its own, so that a change of it changes no other's. */
function foundations(scope: Construct, compiled: CompiledPlan, source: DerivedSource): NamedCharts {
  const { name } = source;
  return [
    [`10-${name}-accounts`, new ServiceAccountsChart(scope, `${name}-accounts`, compiled, source)],
    [`20-${name}-leases`, new LeaseAccessChart(scope, `${name}-leases`, compiled, source)],
    [`30-${name}-network`, new SourceNetworkChart(scope, `${name}-network`, compiled, source)],
    [`35-${name}-disruption`, new DisruptionChart(scope, `${name}-disruption`, compiled, source)],
    [`40-${name}-plan`, new ConfigurationChart(scope, `${name}-plan`, compiled, source)],
  ];
}
