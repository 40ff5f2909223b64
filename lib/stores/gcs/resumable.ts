import { answerWanted } from '../answer-wanted.ts';
import { StoreError } from '../errors.ts';
import type { Part } from '../parts.ts';
import type { GcsClient } from './client.ts';
import { GcsFailure } from './errors.ts';
import { type GcsObject, objectOf } from './object.ts';
import type { OwnObject } from './own-object.ts';
import type { GcsAnswer } from './transport.ts';

/** An upload that cannot be given up in this time is left to Google, which forgets it after a week and bills none. */
const ABORT_WITHIN_MS = 10_000;
/** The server has what was sent so far, and waits for more. */
const GO_ON = 308;
/** The answer to an upload that was given up. */
const GIVEN_UP = 499;

/** An upload in parts, one after the other, none of which is an object before the last one. */
export class ResumableUpload {
  readonly #client: GcsClient;
  readonly #what: string;
  readonly #url: URL;

  private constructor(client: GcsClient, what: string, url: URL) {
    this.#client = client;
    this.#what = what;
    this.#url = url;
  }

  /** @param resource the object as it shall be, without its bytes */
  static async begin(
    client: GcsClient,
    what: string,
    resource: { readonly name: string },
    signal: AbortSignal,
  ): Promise<ResumableUpload> {
    const request = {
      method: 'POST',
      url: client.uploadUrl('resumable'),
      headers: { 'content-type': 'application/json' },
      body: [Buffer.from(JSON.stringify(resource))],
    } as const;
    const { headers, body } = await answerWanted(signal, (late) =>
      client.patiently(what, signal, () => client.once({ ...request, signal: late })),
    );
    body.resume();
    const { location = '' } = headers;
    if (URL.canParse(location)) return new ResumableUpload(client, what, new URL(location));
    throw new StoreError(`cannot ${what}: the store began no upload; check the endpoint`);
  }

  /** Sends a part that is not the last one. */
  async more(part: Part, signal: AbortSignal): Promise<void> {
    await this.#client.patiently(this.#what, signal, (again) =>
      this.#send(again, part, undefined, signal),
    );
  }

  /**
   * Sends the last part, which makes the object.
   * @param md5Hash of everything, base64: without it, Google would not know that something was changed on the way
   */
  async last(part: Part, md5Hash: string, own: OwnObject, signal: AbortSignal): Promise<GcsObject> {
    const found = await this.#client.patiently(this.#what, signal, (again) =>
      own.madeBy(again, signal, () => this.#send(again, part, md5Hash, signal)),
    );
    if (found) return found;
    throw new StoreError(`cannot ${this.#what}: the store did not finish the upload`);
  }

  /** Gives up what was sent. Never fails: what led here is what is to be reported. */
  async abandon(): Promise<void> {
    await this.#client
      .once({
        method: 'DELETE',
        url: this.#url,
        accept: [GIVEN_UP],
        signal: AbortSignal.timeout(ABORT_WITHIN_MS),
      })
      .then(({ body }) => body.resume())
      .catch(() => {});
  }

  /** After an answer that was lost, only what the server lacks of the part. */
  async #send(
    again: boolean,
    { offset, bytes, last }: Part,
    md5Hash: string | undefined,
    signal: AbortSignal,
  ): Promise<GcsObject | undefined> {
    const end = offset + bytes.byteLength;
    const put = (range: string, from: number): Promise<GcsAnswer> =>
      this.#client.once({
        method: 'PUT',
        url: this.#url,
        headers: {
          'content-range': `bytes ${range}/${last ? end : '*'}`,
          ...(md5Hash && from < end && { 'x-goog-hash': `md5=${md5Hash}` }),
        },
        body: [bytes.subarray(from - offset)],
        accept: [GO_ON],
        signal,
      });
    let from = offset;
    let answer = again ? await put('*', end) : undefined;
    for (let sent = false; answer === undefined || answer.status === GO_ON; sent = true) {
      const before = from;
      if (answer) from = this.#stored(answer, before, end);
      if (from === end && !last) return undefined;
      if (from === end || (sent && from === before)) {
        throw new GcsFailure(
          `the server has ${from} bytes, and does not go on`,
          undefined,
          'stuck',
        );
      }
      answer = await put(`${from}-${end - 1}`, from);
    }
    return objectOf(answer);
  }

  /** How many bytes of everything the server has; what it has it keeps. */
  #stored({ headers, body }: GcsAnswer, least: number, most: number): number {
    body.resume();
    const [, last] = /^bytes=0-(\d+)$/.exec(String(headers.range ?? '')) ?? [];
    const stored = last === undefined ? 0 : Number(last) + 1;
    if (stored >= least && stored <= most) return stored;
    throw new StoreError(
      `cannot ${this.#what}: the store has ${stored} bytes, and said before that it had ${least}`,
    );
  }
}
