import type { Readable } from 'node:stream';
import type {
  Archive,
  GetOptions,
  HiddenOptions,
  Holds,
  ListOptions,
  ObjectInfo,
  ObjectStore,
  PutOptions,
  WrittenObject,
} from './store.ts';

/** A store in front of another one: whoever extends it says what is different. */
export class StoreView implements ObjectStore {
  protected readonly store: ObjectStore;

  constructor(store: ObjectStore) {
    this.store = store;
  }

  get url(): string {
    return this.store.url;
  }

  get holds(): Holds | undefined {
    return this.store.holds;
  }

  get archive(): Archive | undefined {
    return this.store.archive;
  }

  put(key: string, body: AsyncIterable<Uint8Array>, options?: PutOptions): Promise<WrittenObject> {
    return this.store.put(key, body, options);
  }

  get(key: string, options?: GetOptions): Promise<Readable> {
    return this.store.get(key, options);
  }

  head(key: string, options?: HiddenOptions): Promise<ObjectInfo | undefined> {
    return this.store.head(key, options);
  }

  list(prefix: string, options?: ListOptions): AsyncIterable<ObjectInfo> {
    return this.store.list(prefix, options);
  }

  listNames(prefix: string, options?: HiddenOptions): AsyncIterable<string> {
    return this.store.listNames(prefix, options);
  }

  check(prefix?: string): Promise<void> {
    return this.store.check(prefix);
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
