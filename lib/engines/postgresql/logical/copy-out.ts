import type { Duplex } from 'node:stream';
import type { CopyHandler } from '../copy-command.ts';
import { ReceiveQueue } from '../receive-queue.ts';

/** Rows are small and many: they are handed on so many bytes at a time. */
const CHUNK_BYTES = 64 * 1024;

/** The rows that a COPY sends, with the server held back while nobody takes them. */
export class CopyOut implements CopyHandler, AsyncIterable<Uint8Array> {
  readonly #queue = new ReceiveQueue<Uint8Array>(() => this.#stream?.destroy());
  #stream: Duplex | undefined;
  #chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  #size = 0;

  started(stream: Duplex): void {
    this.#stream = stream;
    this.#queue.source = stream;
  }

  row(): void {}

  data(message: Buffer): void {
    let at = 0;
    while (at < message.length) {
      const copied = message.copy(this.#chunk, this.#size, at);
      this.#size += copied;
      at += copied;
      if (this.#size === CHUNK_BYTES) this.#flush();
    }
  }

  copyDone(): void {}

  completed(): void {
    this.#flush();
    this.#queue.end();
  }

  failed(error: Error): void {
    this.#queue.fail(error);
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return this.#queue;
  }

  #flush(): void {
    if (this.#size === 0) return;
    this.#queue.push(this.#chunk.subarray(0, this.#size), this.#size);
    this.#chunk = Buffer.allocUnsafe(CHUNK_BYTES);
    this.#size = 0;
  }
}
