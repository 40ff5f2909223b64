import type { Construct } from 'constructs';
import type { CompiledPlan, DerivedSource } from '../../lib/plan/compiled.ts';
import { postgresqlCharts } from './postgresql/source-charts.ts';
import { proofCharts } from './proofs.ts';
import { redisCharts } from './redis/source-charts.ts';
import type { NamedCharts } from './scheduled-backups.ts';

/** Every chart of a source. */
export const sourceCharts = (
  scope: Construct,
  compiled: CompiledPlan,
  source: DerivedSource,
): NamedCharts => [
  ...engineCharts(scope, compiled, source),
  ...proofCharts(scope, compiled, source),
];

function engineCharts(
  scope: Construct,
  compiled: CompiledPlan,
  source: DerivedSource,
): NamedCharts {
  switch (source.engine) {
    case 'postgresql':
      return postgresqlCharts(scope, compiled, source);
    case 'redis':
      return redisCharts(scope, compiled, source);
  }
}
