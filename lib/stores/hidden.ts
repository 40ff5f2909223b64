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
      if (!isRefusal(error)) throw error;
      const found = await ask(false);
      this.#goOnWithout(error);
      return found;
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
      if (some || !isRefusal(error)) throw error;
      for await (const item of list(false)) {
        this.#goOnWithout(error);
        yield item;
      }
      this.#goOnWithout(error);
    }
  }

  /** Only once what is visible was told: whoever may not look at that either hears it from that request. */
  #goOnWithout(error: StoreError): void {
    if (this.#hidden) this.#onDenied(error);
    this.#hidden = false;
  }
}

const isRefusal = (error: unknown): error is StoreAccessError | StoreUnsupportedError =>
  error instanceof StoreAccessError || error instanceof StoreUnsupportedError;
