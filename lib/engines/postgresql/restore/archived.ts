import { archivedKeys } from '../../../catalog/archived.ts';
import { fileKeys } from '../../../catalog/files.ts';
import type { ObjectStore } from '../../../stores/store.ts';
import { baseFiles } from './base.ts';
import type { Choice } from './choose.ts';

/** Keys of exactly those objects that a restore will read and that lie in an archive, thawed or not. */
export async function archivedOf(store: ObjectStore, { chain, pieces }: Choice): Promise<string[]> {
  const archived = new Set<string>();
  for (const backup of chain) {
    for (const key of await archivedKeys(store, backup)) archived.add(key);
  }
  const needed = [
    ...chain.flatMap((backup) => baseFiles(backup).flatMap((file) => fileKeys(backup, file))),
    ...pieces.flatMap(({ source }) => {
      for (const object of source.objects) if (object.archived) archived.add(object.key);
      return source.objects.map(({ key }) => key);
    }),
  ];
  return needed.filter((key) => archived.has(key));
}
