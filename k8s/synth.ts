import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
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
  const folders = manifestFolders(compiled);
  for (const { path, files } of folders) {
    written.push(...(await writeOwned(join(outDir, path), files)));
  }
  const wanted = new Set(folders.map(({ path }) => path));
  for (const path of await foldersIn(outDir)) {
    // Of a cluster, say, that the plan does not name any more.
    if (!wanted.has(path)) await writeOwned(join(outDir, path), new Map());
  }
  return written;
}

/** Paths of the folders below a directory. */
async function foldersIn(directory: string): Promise<string[]> {
  if (!existsSync(directory)) return [];
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
}
