/** Does one thing after the other, in order. After a failure nothing more is begun. */
export class StoreQueue {
  readonly #failure = Promise.withResolvers<never>();
  #last: Promise<void> = Promise.resolve();

  constructor() {
    this.#failure.promise.catch(() => undefined);
  }

  /** Rejects with the first failure; never fulfilled. */
  get failed(): Promise<never> {
    return this.#failure.promise;
  }

  add(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work);
    this.#last.catch(this.#failure.reject);
    return this.#last;
  }
}
