import { z } from 'zod';
import { ObjectNotFoundError } from '../stores/errors.ts';
import type { ObjectStore } from '../stores/store.ts';
import { DamagedError } from './errors.ts';
import { openFile } from './files.ts';
import { dataPrefix, PARTS_FILE, SUMS_FILE } from './keys.ts';
import type { Manifest, ManifestFile } from './manifest.ts';
import { PartCheck } from './part-check.ts';
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

const partsSchema = z.record(
  z.string(),
  z.array(z.strictObject({ offset: z.int(), size: z.int(), sha256: z.string() })),
);
type Parts = z.infer<typeof partsSchema>;

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
  const parts = await attempt(() => readParts(store, `${prefix}${PARTS_FILE}`, manifest));
  for (const file of manifest.files) {
    const checks = new Map(
      file.objects.map(({ name }) => [name, new PartCheck(parts?.[name] ?? [])] as const),
    );
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
  return { id: manifest.id, class: manifest.class, bytes, problems };
}

async function checkSums(store: ObjectStore, key: string, { files }: Manifest): Promise<void> {
  if ((await readSmall(store, key)) !== sumsText(files)) {
    throw new DamagedError(`${key} differs from the manifest's digests; it was altered`);
  }
}

async function readParts(store: ObjectStore, key: string, { files }: Manifest): Promise<Parts> {
  const parsed = partsSchema.safeParse(parseJson(await readSmall(store, key)));
  if (!parsed.success || !files.every((file) => describes(parsed.data, file))) {
    throw new DamagedError(`${key} does not describe the parts of this backup; it was altered`);
  }
  return parsed.data;
}

/** Parts lie one behind the other and make up each object. */
function describes(parts: Parts, { objects }: ManifestFile): boolean {
  return objects.every(({ name, size }) => {
    let end = 0;
    for (const part of parts[name] ?? []) {
      if (part.offset !== end) return false;
      end += part.size;
    }
    return end === size;
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
