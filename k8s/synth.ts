import { join } from 'node:path';
import type { CompiledPlan } from '../lib/plan/compiled.ts';
import { manifestFolders } from './folders.ts';
import { writeOwned } from './write-owned.ts';

/**
 * Writes the Kubernetes manifests of a compiled plan into `outDir`, in the order in which they are applied, with a
 * kustomization that lists them. The same plan gives the same bytes. Files of an earlier synthesis that are no longer
 * wanted are removed; nobody else's are touched.
 * @returns the paths written, sorted
 * @throws ForeignFileError where a file of somebody else has the name of one of ours
 */
export async function synthManifests(compiled: CompiledPlan, outDir: string): Promise<string[]> {
  const written: string[] = [];
  for (const { path, files } of manifestFolders(compiled)) {
    written.push(...(await writeOwned(join(outDir, path), files)));
  }
  return written;
}
