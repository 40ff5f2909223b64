import { createHash } from 'node:crypto';
import { DamagedError } from '../../../catalog/errors.ts';
import { decompressed } from '../../../catalog/files.ts';
import type { ObjectStore } from '../../../stores/store.ts';

/** An object of a generation, and what its name says about the bytes before compression. */
interface Wanted {
  readonly key: string;
  readonly size: number;
  readonly sha256: string;
}

/** The decoded bytes of a base or a piece. @throws DamagedError before the end is reached if they are not what its name says */
export async function* readAof(
  store: ObjectStore,
  { key, size, sha256 }: Wanted,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let found = 0;
  for await (const chunk of decompressed(await store.get(key, signal ? { signal } : {}), key)) {
    found += chunk.byteLength;
    if (found > size) break;
    hash.update(chunk);
    yield chunk;
  }
  const digest = hash.digest('hex');
  if (found === size && digest === sha256) return;
  const difference =
    found === size
      ? `its SHA-256 after decoding is ${digest} instead of ${sha256}`
      : `it has ${found > size ? 'more than ' : ''}${Math.min(found, size)} bytes after decoding instead of ${size}`;
  throw new DamagedError(`${key} was altered (${difference}); it must not be used`);
}
