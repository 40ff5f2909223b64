import { setTimeout as delay } from 'node:timers/promises';
import type { PutOptions, WrittenObject } from '../../lib/stores/store.ts';
import { StoreWrapper } from './store-wrapper.ts';

/** Takes no more than so many bytes in a second. */
export class SlowStore extends StoreWrapper {
  bytesPerSecond = Number.POSITIVE_INFINITY;

  override put(
    key: string,
    body: AsyncIterable<Uint8Array>,
    options?: PutOptions,
  ): Promise<WrittenObject> {
    return super.put(key, this.#slowed(body), options);
  }

  async *#slowed(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let owed = 0;
    for await (const chunk of body) {
      owed += (chunk.byteLength / this.bytesPerSecond) * 1000;
      if (owed >= 10) {
        const before = performance.now();
        await delay(owed);
        owed -= performance.now() - before;
      }
      yield chunk;
    }
  }
}
