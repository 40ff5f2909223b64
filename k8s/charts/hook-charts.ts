import type { Construct } from 'constructs';
import { type CompiledPlan, derivedSources } from '../../lib/plan/compiled.ts';
import { PreDeployHookChart, preDeployDump } from './postgresql/pre-deploy.ts';
import type { NamedCharts } from './scheduled-backups.ts';

/** Charts that belong into the deployment of an application, by the name of their file. */
export function hookCharts(scope: Construct, compiled: CompiledPlan): NamedCharts {
  return derivedSources(compiled).flatMap((source): NamedCharts => {
    const dump = source.engine === 'postgresql' ? preDeployDump(source) : undefined;
    if (source.engine !== 'postgresql' || !dump) return [];
    const id = `${source.name}-pre-deploy`;
    return [[id, new PreDeployHookChart(scope, `hook-${id}`, compiled, source, dump)]];
  });
}
