import type { Construct } from 'constructs';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { ByHandChart } from '../by-hand.ts';
import { restoreLatest } from '../restore-latest.ts';
import { type NamedCharts, scheduledBackups } from '../scheduled-backups.ts';
import { databaseAccess } from './database-access.ts';
import { LoadLatestChart } from './load-latest.ts';
import { postDeployWork } from './post-deploy.ts';
import { preDeployDump, preDeployWork } from './pre-deploy.ts';
import { SetupChart } from './setup.ts';
import { WalStreamerChart } from './wal-streamer.ts';

/** Every chart of a PostgreSQL source. */
export function postgresqlCharts(
  scope: Construct,
  compiled: CompiledPlan,
  source: SourceOf<'postgresql'>,
): NamedCharts {
  const charts: NamedCharts = [];
  for (const protection of source.protections) {
    if (!protection.derived || protection.kind !== 'wal') continue;
    const id = `${source.name}-wal`;
    charts.push([`50-${id}`, new WalStreamerChart(scope, id, compiled, source, protection)]);
  }
  charts.push(...scheduledBackups(scope, compiled, source, databaseAccess(source)));
  const dump = preDeployDump(source);
  if (dump) {
    const id = `${source.name}-pre-deploy`;
    const work = preDeployWork(source, dump);
    charts.push([`65-${id}`, new ByHandChart(scope, id, compiled, source, work)]);
  }
  const after = dump && postDeployWork(compiled, source);
  if (after) {
    const id = `${source.name}-post-deploy`;
    charts.push([`66-${id}`, new ByHandChart(scope, id, compiled, source, after)]);
  }
  const superuser = source.settings.setup?.superuser;
  if (superuser !== undefined) {
    const id = `${source.name}-setup`;
    charts.push([`68-${id}`, new SetupChart(scope, id, compiled, source, superuser)]);
  }
  charts.push(...restoreLatest(scope, compiled, source));
  if (source.settings.load !== undefined) {
    const id = `${source.name}-load-latest`;
    const { load } = source.settings;
    charts.push([`75-${id}`, new LoadLatestChart(scope, id, compiled, source, load)]);
  }
  return charts;
}
