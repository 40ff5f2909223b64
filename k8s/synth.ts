import { join } from 'node:path';
import { App } from 'cdk8s';
import type { CompiledPlan } from '../lib/plan/compiled.ts';
import { hookCharts } from './charts/hook-charts.ts';
import { planCharts } from './charts/plan-charts.ts';
import { sidecarPatches } from './charts/sidecar-patches.ts';
import { component, kustomization, render } from './render.ts';
import { writeOwned } from './write-owned.ts';

/** Below the manifests: what applications take into their own deployment. No listing of the manifests has it. */
const HOOKS_FOLDER = 'hooks';
/** What the manifests of servers take in as a component of theirs. */
const SIDECARS_FOLDER = 'sidecars';

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
  const hooks = new Map<string, string>();
  for (const [name, chart] of hookCharts(new App(), compiled)) {
    hooks.set(`${name}.yaml`, render(header, chart.toJson()));
  }
  const listed = (files: ReadonlyMap<string, string>): Map<string, string> =>
    files.size === 0
      ? new Map()
      : new Map([...files, ['kustomization.yaml', kustomization(header, [...files.keys()])]]);
  const patches = sidecarPatches(compiled);
  const sidecars = new Map(
    patches.map(({ name, object }) => [`${name}.yaml`, render(header, [object])]),
  );
  if (patches.length > 0) sidecars.set('kustomization.yaml', component(header, patches));
  return [
    ...(await writeOwned(outDir, listed(manifests))),
    ...(await writeOwned(join(outDir, HOOKS_FOLDER), listed(hooks))),
    ...(await writeOwned(join(outDir, SIDECARS_FOLDER), sidecars)),
  ];
}
