import { createHash } from 'node:crypto';
import { StoreError } from '../errors.ts';
import type { Part } from '../parts.ts';
import type { ObjectLock, WrittenObject } from '../store.ts';
import { type PartsOptions, writeParts } from '../write-parts.ts';
import type { GcsClient } from './client.ts';
import { type GcsObject, objectOf } from './object.ts';
import { OwnObject } from './own-object.ts';
import { ResumableUpload } from './resumable.ts';

/** One write of one object: in one request if it is small, else part by part. */
export class ObjectWrite {
  readonly #client: GcsClient;
  readonly #key: string;
  readonly #what: string;
  readonly #own: OwnObject;
  /** The object as it shall be, without its bytes. */
  readonly #resource;
  readonly #md5 = createHash('md5');
  #turn: Promise<void> = Promise.resolve();
  /** Set when a second part shows that the object needs several. */
  #upload: ResumableUpload | undefined;
  #complete = false;

  constructor(client: GcsClient, key: string, lock: ObjectLock | undefined) {
    this.#client = client;
    this.#key = key;
    this.#what = `write ${key}`;
    this.#own = new OwnObject(client, key);
    this.#resource = {
      name: client.location.prefix + key,
      contentType: 'application/octet-stream',
      metadata: this.#own.metadata,
      ...(lock && { retention: retentionOf(lock) }),
    };
  }

  async run(body: AsyncIterable<Uint8Array>, options: PartsOptions): Promise<WrittenObject> {
    try {
      const written = await writeParts(body, options, (part, _digest, signal) =>
        this.#inTurn(signal, () => this.#store(part, signal)),
      );
      return { key: this.#key, ...written };
    } catch (error) {
      if (!this.#complete) await this.#upload?.abandon();
      throw error;
    }
  }

  /** Google takes the parts of an upload one after the other. */
  async #inTurn(signal: AbortSignal, store: () => Promise<void>): Promise<void> {
    const before = this.#turn;
    const done = Promise.withResolvers<void>();
    this.#turn = done.promise;
    await before;
    try {
      signal.throwIfAborted();
      await store();
    } finally {
      done.resolve();
    }
  }

  async #store(part: Part, signal: AbortSignal): Promise<void> {
    this.#md5.update(part.bytes);
    const only = part.index === 0 && part.last;
    if (!only) {
      this.#upload ??= await ResumableUpload.begin(
        this.#client,
        this.#what,
        this.#resource,
        signal,
      );
    }
    if (!part.last) return this.#upload?.more(part, signal);
    const md5 = this.#md5.digest('base64');
    const found = this.#upload
      ? await this.#upload.last(part, md5, this.#own, signal)
      : await this.#whole(part, md5, signal);
    this.#complete = true;
    if (found.md5Hash === undefined || found.md5Hash === md5) return;
    throw new StoreError(
      `the store holds other bytes of ${this.#key} than were sent (MD5 ${found.md5Hash} instead of ${md5}); remove the object`,
    );
  }

  #whole(part: Part, md5Hash: string, signal: AbortSignal): Promise<GcsObject> {
    const boundary = this.#own.id;
    const resource = JSON.stringify({ ...this.#resource, md5Hash });
    const head = `--${boundary}\r\ncontent-type: application/json\r\n\r\n${resource}\r\n--${boundary}\r\ncontent-type: application/octet-stream\r\n\r\n`;
    const request = {
      method: 'POST',
      url: this.#client.uploadUrl('multipart'),
      headers: { 'content-type': `multipart/related; boundary=${boundary}` },
      body: [Buffer.from(head), part.bytes, Buffer.from(`\r\n--${boundary}--`)],
      signal,
    } as const;
    return this.#client.patiently(this.#what, signal, (again) =>
      this.#own.madeBy(again, signal, async () => objectOf(await this.#client.once(request))),
    );
  }
}

const retentionOf = ({ mode, until }: ObjectLock) => ({
  mode: mode === 'compliance' ? 'Locked' : 'Unlocked',
  retainUntilTime: until.toISOString(),
});
