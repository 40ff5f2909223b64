import { dataPrefix, manifestKey, PARTS_FILE, SUMS_FILE } from './keys.ts';
import type { Manifest } from './manifest.ts';

/** Keys of everything that makes up one backup, but for its manifest. */
export function dataObjects(
  manifest: Pick<Manifest, 'class' | 'source' | 'id' | 'files'>,
): string[] {
  const prefix = dataPrefix(manifest.class, manifest.source, manifest.id);
  const names = manifest.files.flatMap(({ objects }) => objects.map(({ name }) => name));
  return [...names, SUMS_FILE, PARTS_FILE].map((name) => `${prefix}${name}`);
}

export const manifestKeyOf = (manifest: Pick<Manifest, 'class' | 'source' | 'id'>): string =>
  manifestKey(manifest.class, manifest.source, manifest.id);

/**
 * A backup with those that it builds on, itself first. One that is not there ends the chain: it cannot be restored, and
 * whoever reads it says so.
 */
export function chainOf<M extends Manifest>(manifest: M, all: readonly M[]): M[] {
  const chain = [manifest];
  for (let at = manifest; ; ) {
    const parent = all.find(({ id }) => id === at.parent);
    if (!parent || chain.includes(parent)) return chain;
    chain.push(parent);
    at = parent;
  }
}

/** Whether a chain ends with a backup that builds on nothing, as one that can be restored does. */
export const isWhole = (chain: readonly Pick<Manifest, 'parent'>[]): boolean =>
  chain.at(-1)?.parent === null;
