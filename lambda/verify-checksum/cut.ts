import { sliceBackup } from '../../lib/catalog/backup-slices.ts';
import type { Manifest } from '../../lib/catalog/manifest.ts';
import { forEach } from '../../lib/catalog/small-objects.ts';
import { ObjectArchivedError, StoreAccessError } from '../../lib/stores/errors.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import type { Item, VerificationPlan } from '../shared/work.ts';

export interface SliceSizes {
  /** A larger backup is cut into slices. One call reads this much in a quarter of its time. */
  readonly wholeBytes: number;
  /** Of a slice, at least. */
  readonly sliceBytes: number;
  /** Of one verification: beyond, slices grow. Its plan is one document, and its results are read one by one. */
  readonly mostSlices: number;
}

const GIB = 1024 ** 3;
export const SLICE_SIZES: SliceSizes = {
  wholeBytes: 8 * GIB,
  sliceBytes: 1 * GIB,
  mostSlices: 40_000,
};

/** How large slices of all these backups together are at least. */
export function sliceBytes(
  backups: readonly Pick<Manifest, 'storedBytes'>[],
  { sliceBytes: least, mostSlices }: Pick<SliceSizes, 'sliceBytes' | 'mostSlices'>,
): number {
  const all = backups.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
  return Math.max(least, Math.ceil(all / mostSlices));
}

/** What is read of a backup. */
interface Cut {
  readonly items: readonly Item[];
  /** What was found before; of a backup that is one item nothing was looked for. */
  readonly known?: VerificationPlan['known'][number];
}

/**
 * A backup that one call can read is one item; the others are cut into slices.
 * @param storeOf sees what is hidden where a backup is
 */
export async function cutAll(
  backups: readonly Manifest[],
  sizes: SliceSizes,
  storeOf: (backup: Manifest) => ObjectStore,
): Promise<Cut[]> {
  const isLarge = ({ storedBytes }: Manifest): boolean => storedBytes > sizes.wholeBytes;
  const bytes = sliceBytes(backups.filter(isLarge), sizes);
  return forEach(backups, async (backup) =>
    isLarge(backup)
      ? cut(backup, storeOf(backup), bytes)
      : { items: [{ kind: 'backup', ...nameOf(backup) }] },
  );
}

const nameOf = ({ id, class: name }: Manifest) => ({ id, class: name });

async function cut(manifest: Manifest, store: ObjectStore, bytes: number): Promise<Cut> {
  const backup = nameOf(manifest);
  const known = { ...backup, problems: [], archived: false, error: null };
  try {
    const { slices, problems } = await sliceBackup(store, manifest, bytes);
    return {
      items: slices.map((slice) => ({ kind: 'slice', ...backup, slice })),
      known: { ...known, problems: [...problems] },
    };
  } catch (error) {
    if (error instanceof ObjectArchivedError) {
      return { items: [], known: { ...known, archived: true } };
    }
    // The others are not to suffer from it.
    if (error instanceof StoreAccessError) {
      return { items: [], known: { ...known, error: error.message } };
    }
    throw error;
  }
}
