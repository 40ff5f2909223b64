import { z } from 'zod';
import type { ObjectStore, PartDigest } from '../stores/store.ts';
import { listingDamage } from './damage-list.ts';
import { DescribedParts } from './described-parts.ts';
import { DamagedError } from './errors.ts';
import { dataPrefix, PARTS_FILE } from './keys.ts';
import type { Manifest, ManifestFile } from './manifest.ts';
import { PartCheck } from './part-check.ts';
import { readPartsLine } from './parts-file.ts';
import { checkSums } from './sums.ts';
import type { VerifyOptions } from './verify.ts';

/** Neighbouring parts of one stored object, which somebody else can verify alone. Plain JSON of bounded size. */
export const sliceSchema = z.strictObject({
  /** Name below the backup's data. */
  object: z.string(),
  /** Where parts.json describes the object, in bytes, the last one included. */
  line: z.strictObject({ start: z.int(), end: z.int() }),
  /** Numbers of the parts, from 0; `to` is not one of them. */
  parts: z.strictObject({ from: z.int(), to: z.int() }),
});

export type BackupSlice = z.infer<typeof sliceSchema>;

export interface BackupSlices {
  readonly slices: readonly BackupSlice[];
  /** What is wrong before a byte of data was read: sizes, and the lists that describe the backup. */
  readonly problems: readonly string[];
}

/**
 * Cuts a backup into slices of about so many bytes, parts uncut, and compares everything that is known without reading data:
 * the manifest, SHA256SUMS, parts.json and the sizes of the objects. An object in which something is wrong has no slices.
 */
export async function sliceBackup(
  store: ObjectStore,
  manifest: Manifest,
  sliceBytes: number,
): Promise<BackupSlices> {
  const prefix = dataPrefix(manifest.class, manifest.source, manifest.id);
  const sizes = await storedSizes(store, prefix);
  const slices: BackupSlice[] = [];
  const problems: string[] = [];
  const attempt = listingDamage(problems);
  await attempt(() => checkSums(store, manifest));
  const described = new DescribedParts(store, prefix);
  try {
    await attempt(async () => {
      for (const object of manifest.files.flatMap(({ objects }) => objects)) {
        const { parts, line } = await described.of(object);
        const sized = await attempt(async () => checkSize(sizes, prefix, object));
        if (sized === undefined) continue;
        for (const range of cut(parts, sliceBytes)) {
          slices.push({ object: object.name, line, parts: range });
        }
      }
      await described.end();
    });
  } finally {
    await described.close();
  }
  return { slices, problems };
}

/** By key. From a list, as whoever plans what is read may not touch the data itself, not even to ask how large it is. */
async function storedSizes(store: ObjectStore, prefix: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for await (const { key, size } of store.list(prefix)) sizes.set(key, size);
  return sizes;
}

function checkSize(
  sizes: ReadonlyMap<string, number>,
  prefix: string,
  { name, size }: ManifestFile['objects'][number],
): true {
  const key = `${prefix}${name}`;
  const found = sizes.get(key);
  if (found === undefined) {
    throw new DamagedError(`${key} does not exist any more; this backup must not be used`);
  }
  if (found !== size) {
    throw new DamagedError(
      `${key} was altered (it has ${found} bytes instead of ${size}); this backup must not be used`,
    );
  }
  return true;
}

function* cut(parts: readonly PartDigest[], bytes: number): Generator<BackupSlice['parts']> {
  let from = 0;
  let filled = 0;
  for (const [index, { size }] of parts.entries()) {
    filled += size;
    if (filled < bytes && index < parts.length - 1) continue;
    yield { from, to: index + 1 };
    from = index + 1;
    filled = 0;
  }
}

export interface SliceVerification {
  /** Stored bytes that were read. */
  readonly bytes: number;
  readonly problems: readonly string[];
}

/** Reads the parts of a slice again and compares their digests. Memory is bounded by a chunk and the object's digests. */
export async function verifySlice(
  store: ObjectStore,
  backup: Pick<Manifest, 'class' | 'source' | 'id'>,
  slice: BackupSlice,
  { signal }: VerifyOptions = {},
): Promise<SliceVerification> {
  const prefix = dataPrefix(backup.class, backup.source, backup.id);
  const key = `${prefix}${slice.object}`;
  const { name, parts } = await readPartsLine(store, `${prefix}${PARTS_FILE}`, slice.line);
  const chosen = parts.slice(slice.parts.from, slice.parts.to);
  const [first] = chosen;
  const last = chosen.at(-1);
  if (name !== slice.object || !first || !last) {
    throw new DamagedError(`${prefix}${PARTS_FILE} was altered while the backup was verified`);
  }
  const wanted = last.offset + last.size - first.offset;
  const check = new PartCheck(chosen);
  let bytes = 0;
  // An empty object has one empty part, and no byte that a range could name.
  if (wanted > 0) {
    const range = { start: first.offset, end: first.offset + wanted - 1 };
    for await (const chunk of await store.get(key, { ...range, ...(signal && { signal }) })) {
      bytes += chunk.byteLength;
      check.update(chunk);
      signal?.throwIfAborted();
    }
  }
  const altered = check.altered.map((index) => index + slice.parts.from);
  return {
    bytes,
    problems: [
      ...(altered.length > 0 ? [`${key}: part ${altered.join(', ')} was altered`] : []),
      ...(bytes === wanted
        ? []
        : [`${key} was cut short (${bytes} of ${wanted} bytes from byte ${first.offset} on)`]),
    ],
  };
}
