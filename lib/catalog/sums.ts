import type { ObjectStore } from '../stores/store.ts';
import { DamagedError } from './errors.ts';
import { dataPrefix, SUMS_FILE } from './keys.ts';
import type { Manifest, ManifestFile } from './manifest.ts';
import { readSmall } from './small-objects.ts';

/** Content of SHA256SUMS: what `sha256sum -c` reads in the backup's own folder. */
export function sumsText(files: readonly ManifestFile[]): string {
  return files
    .flatMap((file) => file.objects)
    .map(({ sha256, name }) => `${sha256}  ${name}\n`)
    .join('');
}

/** @throws DamagedError if SHA256SUMS is not what the manifest says */
export async function checkSums(store: ObjectStore, manifest: Manifest): Promise<void> {
  const key = `${dataPrefix(manifest.class, manifest.source, manifest.id)}${SUMS_FILE}`;
  if ((await readSmall(store, key)) !== sumsText(manifest.files)) {
    throw new DamagedError(`${key} differs from the manifest's digests; it was altered`);
  }
}
