import type { Construct } from 'constructs';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { RestoreLatestChart } from '../restore-latest.ts';
import { type NamedCharts, scheduledBackups } from '../scheduled-backups.ts';
import { serverAccess } from './server-access.ts';

/** Every chart of a Redis source. */
export function redisCharts(
  scope: Construct,
  compiled: CompiledPlan,
  source: SourceOf<'redis'>,
): NamedCharts {
  const charts = scheduledBackups(scope, compiled, source, serverAccess(source));
  if (source.settings.restore !== undefined) {
    const id = `${source.name}-restore-latest`;
    charts.push([
      `70-${id}`,
      new RestoreLatestChart(scope, id, compiled, source, source.settings.restore),
    ]);
  }
  return charts;
}
