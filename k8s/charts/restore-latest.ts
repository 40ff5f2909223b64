import type { Construct } from 'constructs';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { ByHandChart } from './by-hand.ts';
import { restorePlace, restoreWork } from './restore.ts';
import type { NamedCharts } from './scheduled-backups.ts';

/** The restore of the newest recoverable state, ready to be started, where the plan names a volume for it. */
export function restoreLatest(
  scope: Construct,
  compiled: CompiledPlan,
  source: DerivedSource,
): NamedCharts {
  const place = restorePlace(source);
  if (!place) return [];
  const id = `${source.name}-restore-latest`;
  const work = restoreWork(source, place, 'restore-latest', ['--to', 'latest']);
  return [[`70-${id}`, new ByHandChart(scope, id, compiled, source, work)]];
}
