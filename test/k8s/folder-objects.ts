import { parseAllDocuments } from 'yaml';
import { manifestFolders } from '../../k8s/folders.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { type KubernetesObject, objectSchema } from './synthesised.ts';

/** Files that say which others there are, or what is changed in them. */
const LISTS = ['Kustomization', 'Component'];
/** What is no object, but what programs read. */
const OTHERS = /(^|\/)(values|prometheus)(\/|$)/;

/**
 * What is synthesised, as a YAML parser reads it, by folder: '' is what a cluster is given, the others are
 * for other tools or for people.
 */
export function folderObjects(compiled: CompiledPlan): Map<string, KubernetesObject[]> {
  const folders = manifestFolders(compiled).filter(({ path }) => !OTHERS.test(path));
  return new Map(
    folders.map(({ path, files }) => [
      path,
      [...files]
        .filter(([name]) => name.endsWith('.yaml'))
        .flatMap(([, text]) => parseAllDocuments(text))
        .map((document) => document.toJS())
        .filter((object) => object !== null && !LISTS.includes(object.kind))
        // Nothing applies what is only named when somebody creates it: Velero's restores.
        .filter(({ metadata }) => metadata?.generateName === undefined)
        .map((object) => objectSchema.parse(object)),
    ]),
  );
}
