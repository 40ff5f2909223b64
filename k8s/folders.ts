import { App } from 'cdk8s';
import type { CompiledPlan } from '../lib/plan/compiled.ts';
import { hookCharts } from './charts/hook-charts.ts';
import { rulesFile } from './charts/monitoring/rules-file.ts';
import { sidecarPatches } from './charts/sidecar-patches.ts';
import { veleroFolders } from './charts/velero/folders.ts';
import { gitopsFolders } from './gitops/folders.ts';
import { type Manifests, manifests } from './manifests.ts';
import { adorn } from './objects/adorn.ts';
import { objectsOf } from './objects/object.ts';
import { recoveryFolders } from './recovery/folders.ts';
import {
  component,
  kustomization,
  type Origin,
  overlay,
  patchComponent,
  render,
} from './render.ts';
import { sleepPatches, standby } from './standby.ts';
import { valuesOf } from './values/folder.ts';
import { type ClusterView, clusterViews, wakingPath } from './views.ts';

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
    ...clusterViews(compiled).flatMap((view) => ofCluster(origin, view)),
    ...gitopsFolders(origin, compiled),
  ];
}

/** Everything of one cluster. */
function ofCluster(origin: Origin, view: ClusterView): ManifestFolder[] {
  const { path, compiled, standby: waits } = view;
  const all = manifests(compiled);
  const below = (folder: string): string => [path, folder].filter((part) => part !== '').join('/');
  const sealed = sealedSecrets(compiled, path);
  return [
    ...(waits
      ? whileWaiting(origin, all, path, sealed)
      : [
          { path, files: applied(origin, all, sealed) },
          { path: below('asleep'), files: asleep(origin, compiled, all) },
        ]),
    // What applications take into their own deployment. No listing of the manifests has it.
    { path: below('hooks'), files: applied(origin, hooks(compiled)) },
    // What the manifests of servers take in as a component of theirs.
    { path: below('sidecars'), files: sidecars(origin, compiled) },
    // Rules would ring for all that does not run while the cluster waits.
    rulesFile(origin, compiled, waits ? wakingPath(path) : path),
    // What the servers have to be told, for whoever deploys them.
    { path: below('values'), files: valuesOf(origin, compiled) },
    ...veleroFolders(origin, compiled).map((folder) => ({ ...folder, path: below(folder.path) })),
    ...recoveryFolders(origin, view, all),
  ];
}

/** A cluster that is asleep, and beside it what wakes it. */
function whileWaiting(
  origin: Origin,
  all: Manifests,
  path: string,
  sealed: readonly string[],
): ManifestFolder[] {
  const { asleep, wakings, alarms } = standby(all);
  const files = fileTexts(origin, alarms);
  const resources = [`../${path.split('/').at(-1)}`, ...files.keys()];
  files.set('kustomization.yaml', overlay(origin, resources, wakings));
  return [
    { path, files: applied(origin, asleep, sealed) },
    { path: wakingPath(path), files },
  ];
}

/** What the manifests of a cluster take in as a component while the other region works in its place. */
const asleep = (origin: Origin, { kubernetes }: CompiledPlan, all: Manifests) =>
  new Map(
    kubernetes.standby
      ? [['kustomization.yaml', patchComponent(origin, sleepPatches(all))] as const]
      : [],
  );

const hooks = (compiled: CompiledPlan): Manifests =>
  new Map(
    hookCharts(new App(), compiled).map(([name, chart]) => [
      name,
      adorn(compiled, objectsOf(chart)),
    ]),
  );

const fileTexts = (origin: Origin, files: Manifests): Map<string, string> =>
  new Map([...files].map(([name, objects]) => [`${name}.yaml`, render(origin, objects)]));

/** One file each, and a kustomization that lists them in their order. */
function applied(
  origin: Origin,
  objects: Manifests,
  more: readonly string[] = [],
): Map<string, string> {
  const files = fileTexts(origin, objects);
  const resources = [...files.keys(), ...more];
  if (files.size > 0) files.set('kustomization.yaml', kustomization(origin, resources));
  return files;
}

/** The plan says where they are as seen from the manifests of its own cluster. */
function sealedSecrets({ kubernetes: { secrets } }: CompiledPlan, path: string): string[] {
  if (secrets?.kind !== 'sealed-secrets') return [];
  const up = path === '' ? '' : '../'.repeat(path.split('/').length);
  return [`${up}${secrets.folder}`];
}

function sidecars(origin: Origin, compiled: CompiledPlan): Map<string, string> {
  const patches = sidecarPatches(compiled);
  const files = new Map(
    patches.map(({ name, object }) => [`${name}.yaml`, render(origin, [object])]),
  );
  if (patches.length > 0) files.set('kustomization.yaml', component(origin, patches));
  return files;
}
