import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { compressed, decoded } from '../../../lib/catalog/zstd.ts';

const BLOCK = 256 * 1024;

describe('zstd of a stream', () => {
  test.each([
    ['nothing', []],
    ['an empty chunk', [Buffer.alloc(0)]],
    ['one byte', [Buffer.from('x')]],
    ['exactly a block', [randomBytes(BLOCK)]],
    [
      'blocks and a rest, cut anywhere',
      [1, BLOCK - 2, 3, 2 * BLOCK, 17].map((n) => randomBytes(n)),
    ],
    ['many small chunks', Array.from({ length: 3000 }, () => randomBytes(300))],
  ])('gives back %s', async (_what, chunks) => {
    const whole = Buffer.concat(chunks);
    const frame = await buffer(compressed(chunks));
    expect(zstdDecompressSync(frame).equals(whole)).toBe(true);
    expect((await buffer(decoded([zstdCompressSync(whole)]))).equals(whole)).toBe(true);
  });

  test('has read a chunk before it asks for the next one, which may reuse its memory', async () => {
    const memory = Buffer.alloc(100_000);
    const sent: Buffer[] = [];
    async function* reusing() {
      for (let i = 0; i < 50; i++) {
        randomBytes(memory.length).copy(memory);
        sent.push(Buffer.from(memory));
        yield memory;
      }
    }
    const frame = await buffer(compressed(reusing()));
    expect(zstdDecompressSync(frame).equals(Buffer.concat(sent))).toBe(true);
  });

  test('fails with what its body threw', async () => {
    async function* failing() {
      yield randomBytes(3 * BLOCK);
      throw new Error('the server is gone');
    }
    await expect(buffer(compressed(failing()))).rejects.toThrow('the server is gone');
  });

  test('ends its body when nobody reads on', async () => {
    const ended = Promise.withResolvers<void>();
    async function* endless() {
      try {
        for (;;) yield randomBytes(BLOCK);
      } finally {
        ended.resolve();
      }
    }
    for await (const _ of compressed(endless())) break;
    await ended.promise;
  });

  test('ends its body when it is destroyed while nobody reads', async () => {
    const ended = Promise.withResolvers<void>();
    let blocks = 0;
    const full = Promise.withResolvers<void>();
    async function* endless() {
      try {
        for (;;) {
          // As far as it goes without a reader.
          if (++blocks === 2) setImmediate(full.resolve);
          yield randomBytes(BLOCK);
        }
      } finally {
        ended.resolve();
      }
    }
    const zstd = compressed(endless());
    await full.promise;
    zstd.destroy();
    await ended.promise;
    expect(blocks).toBeLessThan(8);
  });

  test.each([
    ['cut short', (frame: Buffer) => frame.subarray(0, -10)],
    ['altered', (frame: Buffer) => Buffer.from(frame).fill(0x55, 50, 60)],
  ])('does not decode what was %s', async (_what, damage) => {
    const frame = await buffer(compressed([randomBytes(BLOCK), Buffer.alloc(BLOCK)]));
    await expect(buffer(decoded([damage(frame)]))).rejects.toMatchObject({
      code: expect.stringMatching(/^(ZSTD_|ERR_ZSTD|Z_)/),
    });
  });
});
