import { createHash } from 'node:crypto';
import { chunkMoved } from '../stores/garbage.ts';
import type { ObjectStore } from '../stores/store.ts';
import { DamagedError } from './errors.ts';
import { dataPrefix } from './keys.ts';
import type { Manifest, ManifestFile } from './manifest.ts';
import { decoded } from './zstd.ts';

export interface OpenFileOptions {
  readonly signal?: AbortSignal;
  /** Called with every chunk as it is stored, and the name of its object, before it is decoded. */
  readonly onStored?: (object: string, chunk: Uint8Array) => void;
}

/**
 * A file's bytes as they were before encoding, over all its objects.
 * @throws DamagedError as soon as a size or a digest differs, naming the object; at the latest before the stream ends
 */
export async function* openFile(
  store: ObjectStore,
  manifest: Pick<Manifest, 'class' | 'source' | 'id'>,
  file: ManifestFile,
  options: OpenFileOptions = {},
): AsyncGenerator<Uint8Array> {
  const prefix = dataPrefix(manifest.class, manifest.source, manifest.id);
  const stored = objects(store, prefix, file, options);
  const encoded = file.encoding === 'zstd';
  // Bytes that are not encoded have their digests compared as they are read.
  const hash = encoded && file.logicalSha256 !== null ? createHash('sha256') : undefined;
  let size = 0;
  for await (const chunk of encoded ? decompressed(stored, `${prefix}${file.name}`) : stored) {
    size += chunk.byteLength;
    hash?.update(chunk);
    yield chunk;
  }
  const digest = encoded ? (hash?.digest('hex') ?? null) : plainDigest(file.objects);
  if (size !== file.logicalSize || digest !== file.logicalSha256) {
    throw damaged(
      `${prefix}${file.name}`,
      'decoded',
      file.logicalSize,
      file.logicalSha256,
      size,
      digest,
    );
  }
}

/** Keys of the objects that a file consists of. */
export function fileKeys(
  { class: name, source, id }: Pick<Manifest, 'class' | 'source' | 'id'>,
  file: ManifestFile,
): string[] {
  const prefix = dataPrefix(name, source, id);
  return file.objects.map((object) => `${prefix}${object.name}`);
}

/** Digest of a file that is stored as it is; null where that would need another reading of all its objects. */
export function plainDigest(objects: ManifestFile['objects']): string | null {
  const [only, ...others] = objects;
  return only && others.length === 0 ? only.sha256 : null;
}

async function* objects(
  store: ObjectStore,
  prefix: string,
  file: ManifestFile,
  { signal, onStored }: OpenFileOptions,
): AsyncGenerator<Uint8Array> {
  for (const object of file.objects) {
    const key = `${prefix}${object.name}`;
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of await store.get(key, signal ? { signal } : {})) {
      size += chunk.byteLength;
      if (size > object.size) break;
      hash.update(chunk);
      onStored?.(object.name, chunk);
      yield chunk;
    }
    const digest = hash.digest('hex');
    if (size !== object.size || digest !== object.sha256) {
      throw damaged(key, 'stored', object.size, object.sha256, size, digest);
    }
  }
}

/** Decodes zstd; a frame that does not decode or ends early is damage. */
export async function* decompressed(
  stored: AsyncIterable<Uint8Array>,
  key: string,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of decoded(stored)) {
      chunkMoved(chunk.byteLength);
      yield chunk;
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!/^(ZSTD_|ERR_ZSTD|Z_)/.test(code)) throw error;
    throw new DamagedError(
      `${key} does not decode (${(error as Error).message}); it was altered or cut short and must not be used`,
      { cause: error },
    );
  }
}

function damaged(
  key: string,
  what: string,
  size: number,
  sha256: string | null,
  foundSize: number,
  foundSha256: string | null,
): DamagedError {
  const difference =
    size === foundSize
      ? `its SHA-256 is ${foundSha256} instead of ${sha256}`
      : `it has ${foundSize} bytes instead of ${size}`;
  return new DamagedError(
    `${key} was altered (${what} bytes: ${difference}); this backup must not be used`,
  );
}
