import { randomUUID } from 'node:crypto';
import { ObjectNotFoundError } from '../errors.ts';
import type { GcsClient } from './client.ts';
import { explain, GcsFailure } from './errors.ts';
import { type GcsObject, objectOf } from './object.ts';

/** Metadata by which a write recognises its own object after an answer was lost. */
const WRITE_ID = 'tidemark-write';

/** Answers by which a request that makes an object visible is refused because of its own success. */
const REFUSED: readonly (number | undefined)[] = [404, 410, 412];

/** The object of one write, which nobody else's can be taken for. */
export class OwnObject {
  readonly id = randomUUID();
  readonly metadata = { [WRITE_ID]: this.id };
  readonly #client: GcsClient;
  readonly #key: string;

  constructor(client: GcsClient, key: string) {
    this.#client = client;
    this.#key = key;
  }

  /**
   * What a request answers that makes the object visible, or what an earlier attempt of it has made.
   * @param again whether there was one
   */
  async madeBy<T>(
    again: boolean,
    signal: AbortSignal,
    write: () => Promise<T>,
  ): Promise<T | GcsObject> {
    try {
      return await write();
    } catch (error) {
      if (!again || !(error instanceof GcsFailure) || !REFUSED.includes(error.status)) throw error;
      const found = await this.#find(signal);
      if (found?.metadata?.[WRITE_ID] !== this.id) throw error;
      return found;
    }
  }

  async #find(signal: AbortSignal): Promise<GcsObject | undefined> {
    const url = this.#client.objectUrl(this.#key);
    try {
      return await objectOf(await this.#client.once({ method: 'GET', url, signal }));
    } catch (error) {
      if (explain(this.#client.location, '', error) instanceof ObjectNotFoundError) return;
      throw error;
    }
  }
}
