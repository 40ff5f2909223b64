import { createHash, randomUUID } from 'node:crypto';
import { ObjectNotFoundError, StoreError } from '../errors.ts';
import type { Part } from '../parts.ts';
import type { ObjectLock, WrittenObject } from '../store.ts';
import { type PartsOptions, writeParts } from '../write-parts.ts';
import type { GcsClient } from './client.ts';
import { explain, GcsFailure } from './errors.ts';
import { type GcsObject, objectOf } from './object.ts';
import type { GcsAnswer } from './transport.ts';

/** An upload that cannot be given up in this time is left to Google, which forgets it after a week and bills none. */
const ABORT_WITHIN_MS = 10_000;
/** The server has what was sent so far, and waits for more. */
const GO_ON = 308;
/** The answer to an upload that was given up. */
const GIVEN_UP = 499;

/** Metadata by which a write recognises its own object after an answer was lost. */
const WRITE_ID = 'tidemark-write';

/**
 * One write of one object. Google takes the parts of an upload one after the other; the MD5 of everything goes with the
 * last one, without which it makes no object of them.
 */
export class ObjectWrite {
  readonly #client: GcsClient;
  readonly #key: string;
  readonly #id = randomUUID();
  readonly #lock: ObjectLock | undefined;
  readonly #md5 = createHash('md5');
  #turn: Promise<void> = Promise.resolve();
  /** Set when a second part shows that the object needs several. */
  #session: URL | undefined;
  #complete = false;

  constructor(client: GcsClient, key: string, lock: ObjectLock | undefined) {
    this.#client = client;
    this.#key = key;
    this.#lock = lock;
  }

  async run(body: AsyncIterable<Uint8Array>, options: PartsOptions): Promise<WrittenObject> {
    try {
      const written = await writeParts(body, options, (part, _digest, signal) =>
        this.#inTurn(signal, () => this.#store(part, signal)),
      );
      return { key: this.#key, ...written };
    } catch (error) {
      await this.#abandon();
      throw error;
    }
  }

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
    if (part.index === 0 && part.last) return this.#whole(part, signal);
    this.#session ??= await this.#begin(signal);
    return this.#piece(this.#session, part, signal);
  }

  async #whole(part: Part, signal: AbortSignal): Promise<void> {
    const md5Hash = this.#md5.digest('base64');
    const boundary = this.#id;
    const head = `--${boundary}\r\ncontent-type: application/json\r\n\r\n${JSON.stringify({
      ...this.#resource(),
      md5Hash,
    })}\r\n--${boundary}\r\ncontent-type: application/octet-stream\r\n\r\n`;
    const found = await this.#client.patiently(this.#what, signal, (again) =>
      this.#ours(again, signal, async () =>
        objectOf(
          await this.#client.once({
            method: 'POST',
            url: this.#client.uploadUrl('multipart'),
            headers: { 'content-type': `multipart/related; boundary=${boundary}` },
            body: [Buffer.from(head), part.bytes, Buffer.from(`\r\n--${boundary}--`)],
            signal,
          }),
        ),
      ),
    );
    this.#completed(found, md5Hash);
  }

  async #begin(signal: AbortSignal): Promise<URL> {
    const { headers, body } = await this.#client.send(this.#what, {
      method: 'POST',
      url: this.#client.uploadUrl('resumable'),
      headers: { 'content-type': 'application/json' },
      body: [Buffer.from(JSON.stringify(this.#resource()))],
      signal,
    });
    body.resume();
    const { location = '' } = headers;
    if (!URL.canParse(location)) {
      throw new StoreError(`the store began no upload of ${this.#key}; check the endpoint`);
    }
    return new URL(location);
  }

  /** Sends a part; after an answer that was lost, only what the server lacks of it. */
  async #piece(url: URL, part: Part, signal: AbortSignal): Promise<void> {
    const end = part.offset + part.bytes.byteLength;
    const total = part.last ? String(end) : '*';
    const md5Hash = part.last ? this.#md5.digest('base64') : undefined;
    const put = (range: string, from = end): Promise<GcsAnswer> =>
      this.#client.once({
        method: 'PUT',
        url,
        headers: {
          'content-range': `bytes ${range}/${total}`,
          ...(md5Hash && from < end && { 'x-goog-hash': `md5=${md5Hash}` }),
        },
        body: [part.bytes.subarray(from - part.offset)],
        accept: [GO_ON],
        signal,
      });
    let from = part.offset;
    const send = async (again: boolean): Promise<GcsObject | undefined> => {
      let answer = again ? await put('*') : undefined;
      while (answer === undefined || answer.status === GO_ON) {
        if (answer) from = this.#stored(answer, part.offset, end);
        if (from === end && !part.last) return undefined;
        answer = await put(`${from}-${end - 1}`, from);
      }
      return objectOf(answer);
    };
    const found = await this.#client.patiently(this.#what, signal, (again) =>
      part.last ? this.#ours(again, signal, () => send(again)) : send(again),
    );
    if (found) this.#completed(found, md5Hash);
    else if (part.last) throw new StoreError(`the store did not finish ${this.#key}`);
  }

  /** How many bytes of everything the server has; what it has it keeps. */
  #stored({ headers, body }: GcsAnswer, least: number, most: number): number {
    body.resume();
    const [, last] = /^bytes=0-(\d+)$/.exec(String(headers.range ?? '')) ?? [];
    const stored = last === undefined ? 0 : Number(last) + 1;
    if (stored >= least && stored <= most) return stored;
    throw new StoreError(
      `the store has ${stored} bytes of ${this.#key}, and said before that it had ${least}`,
    );
  }

  /** A request that makes the object visible: repeated after a lost answer, it is refused because of its own success. */
  async #ours<T>(
    again: boolean,
    signal: AbortSignal,
    write: () => Promise<T>,
  ): Promise<T | GcsObject> {
    try {
      return await write();
    } catch (error) {
      const refused = error instanceof GcsFailure && [404, 410, 412].includes(error.status ?? 0);
      if (!again || !refused) throw error;
      const found = await this.#find(signal);
      if (found?.metadata?.[WRITE_ID] !== this.#id) throw error;
      return found;
    }
  }

  async #find(signal: AbortSignal): Promise<GcsObject | undefined> {
    const url = this.#client.objectUrl(this.#key);
    try {
      return await objectOf(await this.#client.once({ method: 'GET', url, signal }));
    } catch (error) {
      if (explain(this.#client.location, this.#what, error) instanceof ObjectNotFoundError) return;
      throw error;
    }
  }

  #completed({ md5Hash }: GcsObject, sent: string | undefined): void {
    this.#complete = true;
    if (md5Hash === undefined || md5Hash === sent) return;
    throw new StoreError(
      `the store holds other bytes of ${this.#key} than were sent (MD5 ${md5Hash} instead of ${sent}); remove the object`,
    );
  }

  /** Gives up what was sent. */
  async #abandon(): Promise<void> {
    if (!this.#session || this.#complete) return;
    // The failure that led here is the one to report.
    await this.#client
      .once({
        method: 'DELETE',
        url: this.#session,
        accept: [GIVEN_UP],
        signal: AbortSignal.timeout(ABORT_WITHIN_MS),
      })
      .then(({ body }) => body.resume())
      .catch(() => {});
  }

  get #what(): string {
    return `write ${this.#key}`;
  }

  #resource() {
    const lock = this.#lock;
    return {
      name: this.#client.location.prefix + this.#key,
      contentType: 'application/octet-stream',
      metadata: { [WRITE_ID]: this.#id },
      ...(lock && {
        retention: {
          mode: lock.mode === 'compliance' ? 'Locked' : 'Unlocked',
          retainUntilTime: lock.until.toISOString(),
        },
      }),
    };
  }
}
