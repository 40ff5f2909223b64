import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { GetOptions, ObjectStore } from '../stores/store.ts';
import { StoreView } from '../stores/view.ts';

/** Manifests and run records are far smaller; what is not is read again each time. */
const MOST_BYTES = 256 * 1024;

/**
 * Objects that an earlier look has read. They are written once and never replaced, so that a look asks the store only for
 * what is new; what a look did not need is forgotten after it, so that memory does not grow with time.
 */
export class RememberedObjects {
  #known = new Map<string, Buffer>();
  #needed = new Map<string, Buffer>();

  /** The store as the next look sees it. */
  view(store: ObjectStore): ObjectStore {
    this.#needed = new Map();
    return new RememberingStore(store, {
      known: (key) => this.#needed.get(key) ?? this.#known.get(key),
      keep: (key, bytes) => this.#needed.set(key, bytes),
    });
  }

  /** The look came to its end: what it did not need is not needed. */
  forgetOthers(): void {
    this.#known = this.#needed;
  }
}

interface Memory {
  known(key: string): Buffer | undefined;
  keep(key: string, bytes: Buffer): void;
}

class RememberingStore extends StoreView {
  readonly #memory: Memory;

  constructor(store: ObjectStore, memory: Memory) {
    super(store);
    this.#memory = memory;
  }

  override async get(key: string, options?: GetOptions): Promise<Readable> {
    if (options !== undefined) return this.store.get(key, options);
    const bytes = this.#memory.known(key) ?? (await buffer(await this.store.get(key)));
    if (bytes.byteLength <= MOST_BYTES) this.#memory.keep(key, bytes);
    return Readable.from([bytes]);
  }
}
