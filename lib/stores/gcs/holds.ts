import { LockUnsupportedError, ObjectNotFoundError } from '../errors.ts';
import type { Holds } from '../store.ts';
import type { GcsClient } from './client.ts';
import { hiddenObject } from './list.ts';
import { isHeld } from './object.ts';

/** The temporary holds of Google Cloud Storage: no lifecycle and no person removes the object before they are released. */
export class GcsHolds implements Holds {
  readonly #client: GcsClient;

  constructor(client: GcsClient) {
    this.#client = client;
  }

  async place(key: string): Promise<void> {
    const held = await this.#onVersion(key, (url) => this.#set(`hold ${key}`, url, true));
    if (held) return;
    throw new LockUnsupportedError(
      `cannot hold ${key} in gs://${this.#client.location.bucket}: the server took the request and holds nothing; it is not Google's, and knows no holds`,
    );
  }

  async release(key: string): Promise<void> {
    try {
      await this.#onVersion(key, (url) => this.#set(`release ${key}`, url, false));
    } catch (error) {
      // It has been removed, or was never there: nothing is held.
      if (!(error instanceof ObjectNotFoundError)) throw error;
    }
  }

  async isHeld(key: string): Promise<boolean> {
    try {
      return await this.#onVersion(key, (url) =>
        this.#client.ask(`look at the hold of ${key}`, { method: 'GET', url }, isHeld),
      );
    } catch (error) {
      if (error instanceof ObjectNotFoundError) return false;
      throw error;
    }
  }

  #set(what: string, url: URL, temporaryHold: boolean): Promise<boolean> {
    const request = {
      method: 'PATCH',
      url,
      headers: { 'content-type': 'application/json' },
      body: [Buffer.from(JSON.stringify({ temporaryHold }))],
    } as const;
    return this.#client.ask(what, request, isHeld);
  }

  /** On the live version, else on the one that is left. */
  async #onVersion<T>(key: string, ask: (url: URL) => Promise<T>): Promise<T> {
    try {
      return await ask(this.#client.objectUrl(key));
    } catch (error) {
      if (!(error instanceof ObjectNotFoundError)) throw error;
      const left = await hiddenObject(this.#client, key);
      if (left?.hiddenVersion === undefined) throw error;
      return ask(this.#client.objectUrl(key, { generation: left.hiddenVersion }));
    }
  }
}
