import { createCipheriv, createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { MIB } from '../../../lib/stores/parts.ts';

/** The default size of a part. */
export const PART = 8 * MIB;

/** Bytes without a pattern, the same for the same `seed`. */
export function content(size: number, seed = 1): Buffer {
  const key = createHash('md5').update(String(seed)).digest();
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

/** Hands bytes out in chunks that do not fit into parts, through one buffer that is used again. */
export async function* stream(bytes: Uint8Array, chunk = 70_001): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(chunk);
  for (let at = 0; at < bytes.byteLength; at += chunk) {
    const piece = bytes.subarray(at, at + chunk);
    buffer.set(piece);
    yield buffer.subarray(0, piece.byteLength);
  }
}

export async function read(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export const sha256 = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
