import { ObjectNotFoundError } from '../stores/errors.ts';
import type { ObjectStore, PartDigest } from '../stores/store.ts';
import { DamagedError } from './errors.ts';
import { openFile } from './files.ts';
import { dataPrefix, PARTS_FILE, SUMS_FILE } from './keys.ts';
import type { Manifest, ManifestFile } from './manifest.ts';
import { PartCheck } from './part-check.ts';
import { readParts } from './parts-file.ts';
import { readSmall } from './small-objects.ts';
import { sumsText } from './sums.ts';

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
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof DamagedError || error instanceof ObjectNotFoundError)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };

  await attempt(() => checkSums(store, `${prefix}${SUMS_FILE}`, manifest));
  // Read beside the files, in the same order: it grows with the backup.
  const described = readParts(store, `${prefix}${PARTS_FILE}`);
  let readable = true;
  for (const file of manifest.files) {
    const checks = new Map<string, PartCheck>();
    for (const object of file.objects) {
      if (!readable) break;
      const parts = await attempt(async () => partsOf(object, await described.next(), prefix));
      readable = parts !== undefined;
      checks.set(object.name, new PartCheck(parts ?? []));
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
  if (readable) await attempt(async () => expectEnd(await described.next(), prefix));
  await described.return(undefined);
  return { id: manifest.id, class: manifest.class, bytes, problems };
}

async function checkSums(store: ObjectStore, key: string, { files }: Manifest): Promise<void> {
  if ((await readSmall(store, key)) !== sumsText(files)) {
    throw new DamagedError(`${key} differs from the manifest's digests; it was altered`);
  }
}

type Described = IteratorResult<{
  readonly name: string;
  readonly parts: readonly PartDigest[];
}>;

/** The parts of an object, which lie one behind the other and make it up. */
function partsOf(
  object: ManifestFile['objects'][number],
  { value, done }: Described,
  prefix: string,
): readonly PartDigest[] {
  let end = 0;
  const parts = done || value.name !== object.name ? [] : value.parts;
  for (const { offset, size } of parts) {
    if (offset !== end) throw wrongParts(prefix, object.name);
    end += size;
  }
  if (parts.length === 0 || end !== object.size) throw wrongParts(prefix, object.name);
  return parts;
}

function expectEnd({ value, done }: Described, prefix: string): void {
  if (!done) throw wrongParts(prefix, value.name);
}

const wrongParts = (prefix: string, object: string): DamagedError =>
  new DamagedError(
    `${prefix}${PARTS_FILE} does not describe the parts of ${object} as the manifest has it; it was altered`,
  );
