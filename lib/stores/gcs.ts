import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import { ObjectNotFoundError, StoreError } from './errors.ts';
import { GcsClient } from './gcs/client.ts';
import { GcsHolds } from './gcs/holds.ts';
import { bucketExists, hiddenObject, listNames, listObjects } from './gcs/list.ts';
import { type GcsLocation, parseLocation } from './gcs/location.ts';
import { objectInfo, objectOf } from './gcs/object.ts';
import { readObject } from './gcs/read.ts';
import { ObjectWrite } from './gcs/write.ts';
import { checkKey, checkPrefix } from './object-key.ts';
import type { OpenOptions } from './open.ts';
import type {
  GetOptions,
  HiddenOptions,
  Holds,
  ListOptions,
  ObjectInfo,
  ObjectStore,
  PutOptions,
  WrittenObject,
} from './store.ts';
import { Uploads } from './uploads.ts';

/** `check` is asked by a person, or at a start: the answer must not wait for the store to come back. */
const CHECK_WITHIN_MS = 20_000;

/** Objects in a bucket of Google Cloud Storage, through its JSON API. What is archived there is read at once. */
export class GcsStore implements ObjectStore {
  readonly url: string;
  readonly holds: Holds;
  readonly #client: GcsClient;
  readonly #uploads: Uploads;

  private constructor(location: GcsLocation, client: GcsClient) {
    this.url = location.url;
    this.#client = client;
    this.holds = new GcsHolds(client);
    this.#uploads = new Uploads(location.partBytes);
  }

  /** @throws StoreUrlError if the URL is malformed */
  static open(url: URL, options: OpenOptions, env: NodeJS.ProcessEnv): GcsStore {
    const location = parseLocation(url);
    return new GcsStore(location, new GcsClient(location, options, env));
  }

  async put(
    key: string,
    body: AsyncIterable<Uint8Array>,
    { signal, lock }: PutOptions = {},
  ): Promise<WrittenObject> {
    checkKey(key);
    const write = new ObjectWrite(this.#client, key, lock);
    return this.#uploads.run(signal, (options) => write.run(body, options));
  }

  async get(key: string, options: GetOptions = {}): Promise<Readable> {
    checkKey(key);
    return readObject(this.#client, key, options);
  }

  async head(key: string, { hidden }: HiddenOptions = {}): Promise<ObjectInfo | undefined> {
    checkKey(key);
    const what = `look at ${key}`;
    try {
      const url = this.#client.objectUrl(key);
      return objectInfo(key, await this.#client.ask(what, { method: 'GET', url }, objectOf));
    } catch (error) {
      if (!(error instanceof ObjectNotFoundError)) throw error;
    }
    const left = hidden ? await hiddenObject(this.#client, key) : undefined;
    if (left === undefined) await bucketExists(this.#client, what);
    return left;
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<ObjectInfo> {
    checkPrefix(prefix);
    yield* listObjects(this.#client, prefix, options);
  }

  async *listNames(prefix: string, { hidden = false }: HiddenOptions = {}): AsyncGenerator<string> {
    checkPrefix(prefix);
    yield* listNames(this.#client, prefix, hidden);
  }

  /** Begins an upload and gives it up: what needs the same rights as a write, and leaves nothing that nobody may delete. */
  async check(prefix = ''): Promise<void> {
    checkPrefix(prefix);
    const signal = AbortSignal.timeout(CHECK_WITHIN_MS);
    const name = `${this.#client.location.prefix}${prefix}check-${randomUUID()}`;
    const { headers, body } = await this.#client.send('write', {
      method: 'POST',
      url: this.#client.uploadUrl('resumable'),
      headers: { 'content-type': 'application/json' },
      body: [Buffer.from(JSON.stringify({ name }))],
      signal,
    });
    body.resume();
    const { location = '' } = headers;
    if (!URL.canParse(location)) {
      throw new StoreError(`the store began no upload; check the endpoint in ${this.url}`);
    }
    const request = { method: 'DELETE', url: new URL(location), accept: [499], signal } as const;
    const given = await this.#client.send('give up a write', request);
    given.body.resume();
  }

  /** Ends within about a second, although the store may be away. */
  async close(): Promise<void> {
    await this.#uploads.settled();
    this.#client.close();
  }
}
