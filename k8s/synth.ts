import { App } from 'cdk8s';
import type { CompiledPlan } from '../lib/plan/compiled.ts';
import { planCharts } from './charts/plan-charts.ts';
import { kustomization, render } from './render.ts';
import { writeOwned } from './write-owned.ts';

/**
 * Writes the Kubernetes manifests of a compiled plan into `outDir`, in the order in which they are applied, with a
 * kustomization that lists them. The same plan gives the same bytes. Files of an earlier synthesis that are no longer
 * wanted are removed; nobody else's are touched.
 * @returns the paths written, sorted
 * @throws ForeignFileError where a file of somebody else has the name of one of ours
 */
export async function synthManifests(compiled: CompiledPlan, outDir: string): Promise<string[]> {
  const header = { plan: compiled.plan, environment: compiled.environment };
  const manifests = new Map<string, string>();
  for (const [name, chart] of planCharts(new App(), compiled)) {
    manifests.set(`${name}.yaml`, render(header, chart.toJson()));
  }
  return writeOwned(
    outDir,
    new Map([...manifests, ['kustomization.yaml', kustomization(header, [...manifests.keys()])]]),
  );
}
