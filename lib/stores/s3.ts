import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type ListObjectsV2CommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { checkKey, checkPrefix } from './object-key.ts';
import type { OpenOptions } from './open.ts';
import { S3Archive } from './s3/archive.ts';
import { createClient } from './s3/client.ts';
import { answerOf, explain } from './s3/errors.ts';
import { S3Holds } from './s3/holds.ts';
import { objectInfo } from './s3/info.ts';
import { parseLocation, type S3Location } from './s3/location.ts';
import { readObject } from './s3/read.ts';
import { hiddenObject, listVersionedNames, listVersions } from './s3/versions.ts';
import { ObjectWrite } from './s3/write.ts';
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
import { Uploads } from './uploads.ts';

/** `check` is asked by a person, or at a start: the answer must not wait for the store to come back. */
const CHECK_WITHIN_MS = 20_000;

/** Objects in a bucket of Amazon S3 or of a server that speaks its protocol, conditional writes included. */
export class S3Store implements ObjectStore {
  readonly url: string;
  readonly holds: Holds;
  readonly archive: Archive;
  readonly #location: S3Location;
  readonly #client: S3Client;
  readonly #uploads: Uploads;

  private constructor(location: S3Location, client: S3Client) {
    this.url = location.url;
    this.#location = location;
    this.#client = client;
    this.holds = new S3Holds(client, location);
    this.archive = new S3Archive(client, location);
    this.#uploads = new Uploads(location.partBytes);
  }

  /** @throws StoreError if the URL is malformed */
  static open(url: URL, options: OpenOptions): S3Store {
    const location = parseLocation(url);
    return new S3Store(location, createClient(location, options));
  }

  async put(
    key: string,
    body: AsyncIterable<Uint8Array>,
    { signal, lock }: PutOptions = {},
  ): Promise<WrittenObject> {
    checkKey(key);
    const write = new ObjectWrite(this.#client, this.#location, key, lock && { lock });
    return this.#uploads.run(signal, (options) => write.run(body, options));
  }

  async get(key: string, options: GetOptions = {}): Promise<Readable> {
    checkKey(key);
    return readObject(this.#client, this.#location, key, options);
  }

  async head(key: string, { hidden }: HiddenOptions = {}): Promise<ObjectInfo | undefined> {
    checkKey(key);
    const Bucket = this.#location.bucket;
    const command = new HeadObjectCommand({ Bucket, Key: this.#location.prefix + key });
    const found = await this.#attempt(`look at ${key}`, async () => {
      try {
        return await this.#client.send(command);
      } catch (error) {
        if (answerOf(error).status !== 404) throw error;
        // The answer to HEAD does not tell whether the object or its bucket is missing.
        await this.#client.send(new HeadBucketCommand({ Bucket })).catch(noSuchBucket);
        return undefined;
      }
    });
    if (found) {
      return objectInfo(key, found.ContentLength, found.LastModified, found.StorageClass);
    }
    return hidden ? hiddenObject(this.#client, this.#location, key) : undefined;
  }

  async *list(prefix: string, options: ListOptions = {}): AsyncGenerator<ObjectInfo> {
    checkPrefix(prefix);
    const { startAfter, hidden } = options;
    if (hidden) return yield* listVersions(this.#client, this.#location, prefix, options);
    const root = this.#location.prefix;
    const after = startAfter === undefined ? {} : { StartAfter: root + startAfter };
    for await (const page of this.#pages({ Prefix: root + prefix, ...after })) {
      for (const { Key = '', Size, LastModified, StorageClass } of page.Contents ?? []) {
        yield objectInfo(Key.slice(root.length), Size, LastModified, StorageClass);
      }
    }
  }

  async *listNames(prefix: string, { hidden }: HiddenOptions = {}): AsyncGenerator<string> {
    checkPrefix(prefix);
    if (hidden) return yield* listVersionedNames(this.#client, this.#location, prefix);
    const Prefix = this.#location.prefix + prefix;
    for await (const page of this.#pages({ Prefix, Delimiter: '/' })) {
      for (const found of page.CommonPrefixes ?? []) {
        if (found.Prefix !== undefined) yield found.Prefix.slice(Prefix.length);
      }
    }
  }

  /** Begins an upload and gives it up: what needs the same rights as a write, and leaves nothing that nobody may delete. */
  async check(prefix = ''): Promise<void> {
    checkPrefix(prefix);
    const Key = `${this.#location.prefix}${prefix}check-${randomUUID()}`;
    const target = { Bucket: this.#location.bucket, Key };
    const abortSignal = AbortSignal.timeout(CHECK_WITHIN_MS);
    await this.#attempt('write', async () => {
      const begin = new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'SHA256' });
      const { UploadId } = await this.#client.send(begin, { abortSignal });
      await this.#client.send(new AbortMultipartUploadCommand({ ...target, UploadId }), {
        abortSignal,
      });
    });
  }

  /** Ends within about a second, although the store may be away. */
  async close(): Promise<void> {
    await this.#uploads.settled();
    this.#client.destroy();
  }

  async *#pages(
    input: Omit<ListObjectsV2CommandInput, 'Bucket'>,
  ): AsyncGenerator<ListObjectsV2CommandOutput> {
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        Bucket: this.#location.bucket,
        ...input,
        ...(token !== undefined && { ContinuationToken: token }),
      });
      const page = await this.#attempt(`list ${input.Prefix}`, () => this.#client.send(command));
      yield page;
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  async #attempt<T>(what: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw explain(this.#location, what, error);
    }
  }
}

function noSuchBucket(error: unknown): never {
  if (answerOf(error).status !== 404) throw error;
  throw Object.assign(new Error('no such bucket', { cause: error }), { name: 'NoSuchBucket' });
}
