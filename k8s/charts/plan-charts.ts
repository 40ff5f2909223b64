import type { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { type CompiledPlan, derivedSources } from '../../lib/plan/compiled.ts';
import { LeaseAccessChart, ServiceAccountsChart } from './access.ts';
import { ConfigurationChart } from './configuration.ts';
import { NamespaceChart } from './namespace.ts';
import { NetworkChart } from './network.ts';
import { sourceCharts } from './source-charts.ts';

/** Every chart of a plan by the name of its file; the names sort in the order in which the files are applied. */
export function planCharts(scope: Construct, compiled: CompiledPlan): Map<string, Chart> {
  const charts: [string, Chart][] = [
    ['00-namespace', new NamespaceChart(scope, 'namespace', compiled)],
    ['10-service-accounts', new ServiceAccountsChart(scope, 'service-accounts', compiled)],
    ['20-lease-access', new LeaseAccessChart(scope, 'lease-access', compiled)],
    ['30-network-policies', new NetworkChart(scope, 'network-policies', compiled)],
    ['40-plan', new ConfigurationChart(scope, 'plan', compiled)],
    ...derivedSources(compiled).flatMap((source) => sourceCharts(scope, compiled, source)),
  ];
  return new Map(charts.sort(([a], [b]) => (a < b ? -1 : 1)));
}
