import type { ObjectStore } from '../stores/store.ts';
import { dataPrefix } from './keys.ts';
import type { Manifest } from './manifest.ts';
import { forEach } from './small-objects.ts';

/**
 * Keys of a backup's objects that lie in an archive, thawed or not. Not all of them need: S3 moves no object below
 * 128 KB.
 */
export async function archivedKeys(
  store: ObjectStore,
  manifest: Pick<Manifest, 'class' | 'source' | 'id'>,
): Promise<Set<string>> {
  const found = new Set<string>();
  const prefix = dataPrefix(manifest.class, manifest.source, manifest.id);
  for await (const { key, archived } of store.list(prefix)) if (archived) found.add(key);
  return found;
}

/** Whether some object of a backup cannot be read before it is thawed. */
export async function needsThaw(
  store: ObjectStore,
  manifest: Pick<Manifest, 'class' | 'source' | 'id'>,
): Promise<boolean> {
  const { archive } = store;
  if (!archive) return false;
  const keys = [...(await archivedKeys(store, manifest))];
  const states = await forEach(keys, (key) => archive.stateOf(key));
  return states.some((found) => found !== undefined && found.state !== 'thawed');
}
