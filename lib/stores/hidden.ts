import type { Readable } from 'node:stream';
import { StoreAccessError, type StoreError, StoreUnsupportedError } from './errors.ts';
import type { GetOptions, ListOptions, ObjectInfo, ObjectStore } from './store.ts';
import { StoreView } from './view.ts';

/**
 * The same store, with everything that delete markers hide: what a recovery can use as long as it is there. Whoever may
 * not list versions, or has a server that knows none, sees what is not hidden.
 * @param onDenied called once with the error that says so
 */
export function seeingHidden(
  store: ObjectStore,
  onDenied: (error: StoreError) => void = () => {},
): ObjectStore {
  return new SeeingHidden(store, onDenied);
}

class SeeingHidden extends StoreView {
  readonly #onDenied: (error: StoreError) => void;
  #hidden = true;

  constructor(store: ObjectStore, onDenied: (error: StoreError) => void) {
    super(store);
    this.#onDenied = onDenied;
  }

  override get(key: string, options: GetOptions = {}): Promise<Readable> {
    return this.#ask((hidden) => this.store.get(key, { ...options, hidden }));
  }

  override head(key: string): Promise<ObjectInfo | undefined> {
    return this.#ask((hidden) => this.store.head(key, { hidden }));
  }

  override list(prefix: string, options: ListOptions = {}): AsyncIterable<ObjectInfo> {
    return this.#all((hidden) => this.store.list(prefix, { ...options, hidden }));
  }

  override listNames(prefix: string): AsyncIterable<string> {
    return this.#all((hidden) => this.store.listNames(prefix, { hidden }));
  }

  async #ask<T>(ask: (hidden: boolean) => Promise<T>): Promise<T> {
    if (!this.#hidden) return ask(false);
    try {
      return await ask(true);
    } catch (error) {
      this.#goOnWithout(error);
      return ask(false);
    }
  }

  async *#all<T>(list: (hidden: boolean) => AsyncIterable<T>): AsyncGenerator<T> {
    if (!this.#hidden) return yield* list(false);
    let some = false;
    try {
      for await (const item of list(true)) {
        some = true;
        yield item;
      }
    } catch (error) {
      // What was given out already would come a second time.
      if (some) throw error;
      this.#goOnWithout(error);
      yield* list(false);
    }
  }

  /** A request that is refused for another reason is refused again, and says so. */
  #goOnWithout(error: unknown): void {
    if (!(error instanceof StoreAccessError || error instanceof StoreUnsupportedError)) throw error;
    if (this.#hidden) this.#onDenied(error);
    this.#hidden = false;
  }
}
