import { parseAllDocuments } from 'yaml';
import { manifestFolders } from '../../k8s/folders.ts';
import type { CompiledPlan } from '../../lib/plan/compiled.ts';
import { type KubernetesObject, objectSchema } from './synthesised.ts';

/** Files that say which others there are. */
const LISTS = ['Kustomization', 'Component'];

/**
 * What is synthesised, as a YAML parser reads it, by folder: '' is what a cluster is given, the others are for other tools or for
 * people.
 */
export function folderObjects(compiled: CompiledPlan): Map<string, KubernetesObject[]> {
  return new Map(
    manifestFolders(compiled)
      .filter(isOfObjects)
      .map(({ path, files }) => [
        path,
        [...files]
          .filter(([name]) => name.endsWith('.yaml'))
          .flatMap(([, text]) => parseAllDocuments(text))
          .map((document) => document.toJS())
          .filter((object) => object !== null && !LISTS.includes(object.kind))
          .map((object) => objectSchema.parse(object)),
      ]),
  );
}

/** What Prometheus reads by itself is no object. */
const isOfObjects = ({ path }: { readonly path: string }): boolean =>
  !/(^|\/)prometheus$/.test(path);
