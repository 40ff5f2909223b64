import { Readable } from 'node:stream';
import { z } from 'zod';
import type { ObjectStore, PutOptions } from '../stores/store.ts';
import { DamagedError, NewerFormatError } from './errors.ts';

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

/**
 * Reads a JSON object of a format that this program knows.
 * @throws DamagedError, NewerFormatError
 */
export async function readJson<T>(
  store: ObjectStore,
  key: string,
  schema: z.ZodType<T>,
  format: number,
): Promise<T> {
  const json = parse(await readSmall(store, key), key);
  const found = z.looseObject({ format: z.number() }).safeParse(json);
  if (found.success && found.data.format > format) {
    throw new NewerFormatError(
      `${key} has format ${found.data.format}; this tidemark reads up to ${format}: use the version that wrote it, or a newer one`,
    );
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new DamagedError(
    `${key} is not what tidemark writes (${issue?.path.join('.') || 'root'}: ${issue?.message}); it was altered and must not be used`,
  );
}

function parse(text: string, key: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DamagedError(
      `${key} is not JSON (${(cause as Error).message}); it was altered or cut short and must not be used`,
      { cause },
    );
  }
}

/** Requests at a time: manifests and run records are many and small. */
const CONCURRENCY = 16;

/**
 * Does something for every item, several at a time; the results are in the items' order. After a failure nothing more is
 * begun, and nothing is still going on when it is thrown: requests may cost something, or change something.
 */
export async function forEach<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  const failures: unknown[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      if (failures.length > 0) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
