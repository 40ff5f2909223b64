import type { Construct } from 'constructs';
import type { CompiledPlan, SourceOf } from '../../../lib/plan/compiled.ts';
import { restoreLatest } from '../restore-latest.ts';
import { type NamedCharts, scheduledBackups } from '../scheduled-backups.ts';
import { serverAccess } from './server-access.ts';

/** Every chart of a Redis source. */
export function redisCharts(
  scope: Construct,
  compiled: CompiledPlan,
  source: SourceOf<'redis'>,
): NamedCharts {
  return [
    ...scheduledBackups(scope, compiled, source, serverAccess(source)),
    ...restoreLatest(scope, compiled, source),
  ];
}
