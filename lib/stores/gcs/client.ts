import type { OpenOptions } from '../open.ts';
import { Patience } from '../s3/patience.ts';
import { explain, GcsFailure, passes } from './errors.ts';
import type { GcsLocation } from './location.ts';
import { Tokens } from './tokens.ts';
import { type GcsAnswer, type GcsRequest, Transport } from './transport.ts';

const IDLE_MS = 30_000;
const PATIENCE_MS = 5 * 60_000;
/** A token that was withdrawn, or a clock that jumped: once is worth another. */
const UNAUTHORISED = 401;

/** Requests of one bucket: who asks, where, and how often. */
export class GcsClient {
  readonly location: GcsLocation;
  readonly #transport: Transport;
  readonly #patience: Patience;
  /** Absent where the connection is not encrypted: a token is sent to nobody who could be listening. */
  readonly #tokens: Tokens | undefined;

  constructor(
    location: GcsLocation,
    { idleTimeoutMs = IDLE_MS, patienceMs = PATIENCE_MS }: OpenOptions,
    env: NodeJS.ProcessEnv,
  ) {
    this.location = location;
    this.#transport = new Transport(idleTimeoutMs);
    this.#patience = new Patience(patienceMs);
    this.#tokens = location.endpoint.startsWith('https:')
      ? new Tokens(this.#transport, env)
      : undefined;
  }

  /** Where an object is looked at, read and changed; without a key, where they are listed. */
  objectUrl(key?: string, query: Readonly<Record<string, string>> = {}): URL {
    const { endpoint, bucket, prefix } = this.location;
    const object = key === undefined ? '' : `/${encodeURIComponent(prefix + key)}`;
    return new URL(`${endpoint}/storage/v1/b/${bucket}/o${object}?${new URLSearchParams(query)}`);
  }

  /** Where an object is written, unless there is one: objects are written once. */
  uploadUrl(uploadType: 'multipart' | 'resumable'): URL {
    const { endpoint, bucket } = this.location;
    const query = new URLSearchParams({ uploadType, ifGenerationMatch: '0' });
    return new URL(`${endpoint}/upload/storage/v1/b/${bucket}/o?${query}`);
  }

  /** Repeated while the failure is one that passes. @throws StoreError that says what could not be done */
  async send(what: string, request: GcsRequest): Promise<GcsAnswer> {
    return this.patiently(what, request.signal, () => this.once(request));
  }

  /** The same for a request whose answer is read: one that breaks in the middle is asked for again. */
  async ask<T>(
    what: string,
    request: GcsRequest,
    read: (answer: GcsAnswer) => Promise<T>,
  ): Promise<T> {
    return this.patiently(what, request.signal, async () => read(await this.once(request)));
  }

  /** @param again whether an attempt failed before, so that nobody knows what it did */
  async patiently<T>(
    what: string,
    signal: AbortSignal | undefined,
    attempt: (again: boolean) => Promise<T>,
  ): Promise<T> {
    const first = await this.#patience.acquireInitialRetryToken();
    for (let token = first; ; ) {
      try {
        const result = await attempt(token !== first);
        this.#patience.recordSuccess();
        return result;
      } catch (error) {
        signal?.throwIfAborted();
        const errorType = passes(error) ? 'TRANSIENT' : 'CLIENT_ERROR';
        const next = await this.#patience
          .refreshRetryTokenForRetry(token, { error, errorType })
          .catch(() => undefined);
        if (next === undefined) throw explain(this.location, what, error);
        signal?.throwIfAborted();
        token = next;
      }
    }
  }

  /** @throws GcsFailure */
  async once(request: GcsRequest): Promise<GcsAnswer> {
    if (!this.#tokens) return this.#transport.send(request);
    try {
      return await this.#authorised(this.#tokens, request);
    } catch (error) {
      if (!(error instanceof GcsFailure) || error.status !== UNAUTHORISED) throw error;
      this.#tokens.forget();
      return this.#authorised(this.#tokens, request);
    }
  }

  close(): void {
    this.#patience.end();
    this.#transport.close();
  }

  async #authorised(tokens: Tokens, request: GcsRequest): Promise<GcsAnswer> {
    const authorization = `Bearer ${await tokens.token()}`;
    return this.#transport.send({ ...request, headers: { ...request.headers, authorization } });
  }
}
