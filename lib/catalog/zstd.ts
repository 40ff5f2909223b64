import type { Transform } from 'node:stream';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';

/**
 * The encoder works on a block in a thread of its own while the next one is read and hashed. Each way there and back
 * costs as much as compressing some 30 KiB: Node's default of 16 KiB would double the time.
 */
const BLOCK_BYTES = 256 * 1024;

type Body = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Compresses a body, whose chunks may be used again as soon as the next one is asked for. What the body throws comes
 * out of the result; whoever leaves it early destroys it. Memory: some blocks, whatever the speed of either side.
 */
export function compressed(body: Body): Transform {
  return fed(
    createZstdCompress({
      chunkSize: BLOCK_BYTES,
      // The checksum inside the frame lets a decoder notice damage without any of our files.
      params: { [constants.ZSTD_c_compressionLevel]: 1, [constants.ZSTD_c_checksumFlag]: 1 },
    }),
    body,
  );
}

/** The reverse; a frame that does not decode is an error of `node:zlib`. */
export function decoded(body: Body): Transform {
  return fed(createZstdDecompress({ chunkSize: BLOCK_BYTES }), body);
}

function fed(zstd: Transform, body: Body): Transform {
  // A failing source destroys the coder with its error, which reaches whoever iterates, now or later.
  zstd.on('error', () => undefined);
  feed(zstd, body).then(
    () => zstd.end(),
    (error: unknown) => zstd.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return zstd;
}

/** Collects chunks in one block while the coder works on the other one. */
async function feed(zstd: Transform, body: Body): Promise<void> {
  const blocks = new Blocks();
  let working: Promise<void> = Promise.resolve();
  for await (const chunk of body) {
    for (let from = 0; from < chunk.byteLength; ) {
      from += blocks.fill(chunk, from);
      if (!blocks.full) continue;
      await working;
      working = write(zstd, blocks.take());
      // It is awaited with the next block; until then its failure is no unhandled one.
      working.catch(() => undefined);
    }
  }
  await working;
  const rest = blocks.take();
  if (rest.length > 0) await write(zstd, rest);
}

class Blocks {
  #block: Buffer | undefined;
  #other: Buffer | undefined;
  #filled = 0;

  get full(): boolean {
    return this.#filled === BLOCK_BYTES;
  }

  /** Copies what fits; returns how much. */
  fill(chunk: Uint8Array, from: number): number {
    this.#block ??= Buffer.allocUnsafeSlow(BLOCK_BYTES);
    const piece = chunk.subarray(from, from + BLOCK_BYTES - this.#filled);
    this.#block.set(piece, this.#filled);
    this.#filled += piece.byteLength;
    return piece.byteLength;
  }

  /** What was collected; its memory is used again after the next block was taken. */
  take(): Buffer {
    const taken = this.#block?.subarray(0, this.#filled) ?? Buffer.alloc(0);
    [this.#block, this.#other] = [this.#other, this.#block];
    this.#filled = 0;
    return taken;
  }
}

/** Fulfilled when the coder has read the whole block. */
function write(zstd: Transform, block: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    // A coder that is left while its reader is slow never answers.
    const left = () => reject(new Error('nobody reads what is encoded'));
    zstd.once('close', left);
    zstd.write(block, (error) => {
      zstd.off('close', left);
      if (error) reject(error);
      else resolve();
    });
  });
}
