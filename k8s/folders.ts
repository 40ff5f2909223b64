import { App, type Chart } from 'cdk8s';
import type { CompiledPlan } from '../lib/plan/compiled.ts';
import { hookCharts } from './charts/hook-charts.ts';
import { planCharts } from './charts/plan-charts.ts';
import { sidecarPatches } from './charts/sidecar-patches.ts';
import { component, kustomization, type Origin, render } from './render.ts';

/** Files of one folder below the manifests of an environment. */
export interface ManifestFolder {
  /** Relative to the manifests; '' = theirs, which is what `kubectl apply -k` is given. */
  readonly path: string;
  /** Content by file name. Where there is none, what an earlier synthesis wrote there is removed. */
  readonly files: ReadonlyMap<string, string>;
}

/** Everything that is synthesised for Kubernetes. */
export function manifestFolders(compiled: CompiledPlan): ManifestFolder[] {
  const origin = { plan: compiled.plan, environment: compiled.environment };
  return [
    { path: '', files: applied(origin, planCharts(new App(), compiled)) },
    // What applications take into their own deployment. No listing of the manifests has it.
    { path: 'hooks', files: applied(origin, hookCharts(new App(), compiled)) },
    // What the manifests of servers take in as a component of theirs.
    { path: 'sidecars', files: sidecars(origin, compiled) },
  ];
}

/** Charts, one file each, and a kustomization that lists them in their order. */
function applied(
  origin: Origin,
  charts: Iterable<readonly [name: string, chart: Chart]>,
): Map<string, string> {
  const files = new Map(
    [...charts].map(([name, chart]) => [`${name}.yaml`, render(origin, chart.toJson())]),
  );
  if (files.size > 0) files.set('kustomization.yaml', kustomization(origin, [...files.keys()]));
  return files;
}

function sidecars(origin: Origin, compiled: CompiledPlan): Map<string, string> {
  const patches = sidecarPatches(compiled);
  const files = new Map(
    patches.map(({ name, object }) => [`${name}.yaml`, render(origin, [object])]),
  );
  if (patches.length > 0) files.set('kustomization.yaml', component(origin, patches));
  return files;
}
