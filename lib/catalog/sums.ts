import type { ManifestFile } from './manifest.ts';

/** Content of SHA256SUMS: what `sha256sum -c` reads in the backup's own folder. */
export function sumsText(files: readonly ManifestFile[]): string {
  return files
    .flatMap((file) => file.objects)
    .map(({ sha256, name }) => `${sha256}  ${name}\n`)
    .join('');
}
