import type { Readable } from 'node:stream';
import { StoreAccessError } from './errors.ts';
import type {
  Archive,
  GetOptions,
  Holds,
  ListOptions,
  ObjectInfo,
  ObjectStore,
  PutOptions,
  WrittenObject,
} from './store.ts';

/**
 * The same store, with everything that delete markers hide: what a recovery can use as long as it is there. Whoever may
 * not list versions sees what is not hidden.
 * @param onDenied called once with the error that says so
 */
export function seeingHidden(
  store: ObjectStore,
  onDenied: (error: StoreAccessError) => void = () => {},
): ObjectStore {
  return new SeeingHidden(store, onDenied);
}

class SeeingHidden implements ObjectStore {
  readonly url: string;
  readonly holds?: Holds;
  readonly archive?: Archive;
  readonly #store: ObjectStore;
  readonly #onDenied: (error: StoreAccessError) => void;
  #denied = false;

  constructor(store: ObjectStore, onDenied: (error: StoreAccessError) => void) {
    this.url = store.url;
    this.#store = store;
    this.#onDenied = onDenied;
    if (store.holds) this.holds = store.holds;
    if (store.archive) this.archive = store.archive;
  }

  put(key: string, body: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<WrittenObject> {
    return this.#store.put(key, body, options);
  }

  get(key: string, options: GetOptions = {}): Promise<Readable> {
    return this.#store.get(key, { ...options, hidden: !this.#denied });
  }

  head(key: string): Promise<ObjectInfo | undefined> {
    return this.#store.head(key, { hidden: !this.#denied });
  }

  list(prefix: string, options: ListOptions = {}): AsyncIterable<ObjectInfo> {
    return this.#allowed((hidden) => this.#store.list(prefix, { ...options, hidden }));
  }

  listNames(prefix: string): AsyncIterable<string> {
    return this.#allowed((hidden) => this.#store.listNames(prefix, { hidden }));
  }

  check(prefix?: string): Promise<void> {
    return this.#store.check(prefix);
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  async *#allowed<T>(list: (hidden: boolean) => AsyncIterable<T>): AsyncGenerator<T> {
    if (!this.#denied) {
      let some = false;
      try {
        for await (const item of list(true)) {
          some = true;
          yield item;
        }
        return;
      } catch (error) {
        if (some || !(error instanceof StoreAccessError)) throw error;
        if (!this.#denied) this.#onDenied(error);
        this.#denied = true;
      }
    }
    yield* list(false);
  }
}
