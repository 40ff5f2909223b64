import { Readable } from 'node:stream';
import type { ObjectStore, PutOptions } from '../stores/store.ts';
import { DamagedError } from './errors.ts';

/** Manifests, run records and lists of parts stay far below this; anything larger was not written by tidemark. */
const MAX_BYTES = 32 * 1024 * 1024;

export async function readSmall(store: ObjectStore, key: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of await store.get(key)) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) {
      throw new DamagedError(`${key} is larger than ${MAX_BYTES} bytes; it was altered`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Write-once, like everything. */
export async function writeSmall(
  store: ObjectStore,
  key: string,
  text: string,
  options: PutOptions = {},
): Promise<void> {
  await store.put(key, Readable.from([Buffer.from(text)]), options);
}
