import type { ObjectStore } from '../stores/store.ts';
import { listingDamage } from './damage-list.ts';
import { DescribedParts } from './described-parts.ts';
import { openFile } from './files.ts';
import { dataPrefix } from './keys.ts';
import type { Manifest } from './manifest.ts';
import { PartCheck } from './part-check.ts';
import { checkSums } from './sums.ts';

export interface VerifyOptions {
  readonly signal?: AbortSignal;
  /** Called with the stored bytes that were read since the last call. */
  readonly onBytes?: (bytes: number) => void;
}

export interface BackupVerification {
  readonly id: string;
  readonly class: string;
  /** Stored bytes that were read. */
  readonly bytes: number;
  /** Each names the object, what was expected and what was found; none = every byte is as it was written. */
  readonly problems: string[];
}

/**
 * Reads every object of a backup again and compares sizes and digests: of each part, of each object, and of what it
 * decodes to. Goes on after a problem, so that one run tells everything that is wrong. Memory is bounded by a chunk.
 */
export async function verifyBackup(
  store: ObjectStore,
  manifest: Manifest,
  options: VerifyOptions = {},
): Promise<BackupVerification> {
  const prefix = dataPrefix(manifest.class, manifest.source, manifest.id);
  const problems: string[] = [];
  let bytes = 0;
  const attempt = listingDamage(problems);

  await attempt(() => checkSums(store, manifest));
  // Read beside the files, in the same order: it grows with the backup.
  const described = new DescribedParts(store, prefix);
  let readable = true;
  for (const file of manifest.files) {
    const checks = new Map<string, PartCheck>();
    for (const object of file.objects) {
      if (!readable) break;
      const found = await attempt(() => described.of(object));
      readable = found !== undefined;
      checks.set(object.name, new PartCheck(found?.parts ?? []));
    }
    await attempt(async () => {
      const stream = openFile(store, manifest, file, {
        ...(options.signal ? { signal: options.signal } : {}),
        onStored: (name, chunk) => {
          bytes += chunk.byteLength;
          options.onBytes?.(chunk.byteLength);
          checks.get(name)?.update(chunk);
        },
      });
      for await (const _ of stream) options.signal?.throwIfAborted();
    });
    for (const [name, { altered }] of checks) {
      if (altered.length > 0)
        problems.push(`${prefix}${name}: part ${altered.join(', ')} was altered`);
    }
  }
  if (readable) await attempt(() => described.end());
  await described.close();
  return { id: manifest.id, class: manifest.class, bytes, problems };
}
