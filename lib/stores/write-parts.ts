import { type BufferPool, type Part, PartReader } from './parts.ts';
import type { Slots } from './slots.ts';
import type { PartDigest, WrittenObject } from './store.ts';

export interface PartsOptions {
  readonly pool: BufferPool;
  /** Shared by all writes of a store: parts that are being stored at once. */
  readonly slots: Slots;
  readonly signal: AbortSignal | undefined;
}

/**
 * Reads a body in parts, several of which are stored at once while the next one is read. The first failure, of the
 * body, of a part or through the signal, ends the rest; it is thrown when nothing runs any more.
 * Memory: one part that is being filled, and those that have a slot.
 */
export async function writeParts(
  body: AsyncIterable<Uint8Array>,
  { pool, slots, signal }: PartsOptions,
  store: (part: Part, digest: PartDigest, signal: AbortSignal) => Promise<void>,
): Promise<Omit<WrittenObject, 'key'>> {
  signal?.throwIfAborted();
  const failure = new AbortController();
  const cancel = () => failure.abort(signal?.reason);
  signal?.addEventListener('abort', cancel, { once: true });

  const reader = new PartReader(body, pool, failure.signal);
  const parts: PartDigest[] = [];
  const run = async (part: Part) => {
    try {
      const { offset, bytes, sha256 } = part;
      const digest: PartDigest = { offset, size: bytes.byteLength, sha256 };
      parts[part.index] = digest;
      await store(part, digest, failure.signal);
      // Not after a failure: a request that was given up may still hold the buffer for a moment.
      pool.give(part.buffer);
    } catch (error) {
      failure.abort(error);
    } finally {
      slots.release();
    }
  };

  const running = new Set<Promise<void>>();
  try {
    for await (const part of reader.parts()) {
      await slots.acquire(failure.signal);
      const storing = run(part).finally(() => running.delete(storing));
      running.add(storing);
    }
  } catch (error) {
    failure.abort(error);
  }
  await Promise.all(running);
  signal?.removeEventListener('abort', cancel);
  failure.signal.throwIfAborted();
  return { size: reader.size, sha256: reader.sha256(), parts };
}
