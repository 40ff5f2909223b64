import type { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { type CompiledPlan, type DerivedSource, derivedSources } from '../../lib/plan/compiled.ts';
import { LeaseAccessChart, ServiceAccountsChart } from './access.ts';
import { BaseBackupChart } from './base-backup.ts';
import { ConfigurationChart } from './configuration.ts';
import { NamespaceChart } from './namespace.ts';
import { NetworkChart } from './network.ts';
import { RestoreLatestChart } from './restore-latest.ts';
import { WalStreamerChart } from './wal-streamer.ts';

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

function sourceCharts(
  scope: Construct,
  compiled: CompiledPlan,
  source: DerivedSource,
): [string, Chart][] {
  const charts: [string, Chart][] = [];
  const derived = source.protections.filter((protection) => protection.derived);
  for (const protection of derived.filter(({ kind }) => kind === 'wal')) {
    const id = `${source.name}-wal`;
    charts.push([`50-${id}`, new WalStreamerChart(scope, id, compiled, source, protection)]);
  }
  let fulls = 0;
  for (const { schedule, ...protection } of derived.filter(({ kind }) => kind === 'full')) {
    if (schedule === null) continue;
    // The first keeps its plain name when another schedule is added after it.
    const suffix = ++fulls === 1 ? '' : `-${fulls}`;
    const id = `${source.name}-base-backup${suffix}`;
    charts.push([
      `60-${id}`,
      new BaseBackupChart(scope, id, compiled, source, { ...protection, schedule }, suffix),
    ]);
  }
  if (source.settings.restore !== undefined) {
    const id = `${source.name}-restore-latest`;
    const { volumeClaim } = source.settings.restore;
    charts.push([`70-${id}`, new RestoreLatestChart(scope, id, compiled, source, volumeClaim)]);
  }
  return charts;
}
