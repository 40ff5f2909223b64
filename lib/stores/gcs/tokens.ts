import { z } from 'zod';
import { StoreAccessError, StoreUnavailableError } from '../errors.ts';
import { METADATA_PATH, tokenRequest } from './credentials.ts';
import { GcsFailure, passes } from './errors.ts';
import { type Transport, textOf } from './transport.ts';

/** A token that ends sooner is replaced: a request may take its time. The metadata server keeps its own for as long. */
const SPARE_MS = 4 * 60_000;

const answerSchema = z.object({
  access_token: z.string().min(1),
  /** Seconds. */
  expires_in: z.number(),
});

interface Held {
  readonly token: Promise<string>;
  /** Milliseconds since 1970. */
  until: number;
}

/** Tokens are fetched once, by whoever asks first, and again before they end. */
export class Tokens {
  readonly #transport: Transport;
  readonly #env: NodeJS.ProcessEnv;
  readonly #now: () => Date;
  #held: Held | undefined;

  constructor(transport: Transport, env: NodeJS.ProcessEnv, now: () => Date = () => new Date()) {
    this.#transport = transport;
    this.#env = env;
    this.#now = now;
  }

  /** @throws StoreAccessError, or GcsFailure where it may be had later */
  token(): Promise<string> {
    if (this.#held && this.#now().getTime() > this.#held.until - SPARE_MS) this.forget();
    this.#held ??= this.#hold();
    return this.#held.token;
  }

  /** It was refused before its time. */
  forget(): void {
    this.#held = undefined;
  }

  #hold(): Held {
    const token = this.#fetch().then((fetched) => {
      held.until = fetched.until;
      return fetched.token;
    });
    const held: Held = { token, until: Number.POSITIVE_INFINITY };
    token.catch(() => {
      if (this.#held === held) this.forget();
    });
    return held;
  }

  async #fetch(): Promise<{ token: string; until: number }> {
    const asked = this.#now().getTime();
    const request = await tokenRequest(this.#env, this.#now);
    const text = await this.#transport
      .send(request)
      .then(({ body }) => textOf(body))
      .catch((error: unknown) => {
        throw refused(request.url, error);
      });
    const { access_token: token, expires_in } = parse(request.url, text);
    return { token, until: asked + expires_in * 1000 };
  }
}

function parse(url: URL, text: string): z.infer<typeof answerSchema> {
  const answer = answerSchema.safeParse(json(text));
  if (answer.success) return answer.data;
  throw new StoreAccessError(`${url.host} answered without a token; check what listens there`);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Of a pod's first seconds: GKE's metadata server answers a little later, and a Job must not fail for that. */
const NOT_YET = 503;

function refused(url: URL, error: unknown): unknown {
  if (!(error instanceof GcsFailure)) return error;
  const { reason, message, status } = error;
  const metadata = url.pathname.startsWith(METADATA_PATH);
  if (metadata && reason === 'ENOTFOUND') {
    return new StoreUnavailableError(
      `no credentials for Google Cloud Storage: there is no key, and no ${url.host} that gives a token; bind the pod's service account to one of Google's, or set GOOGLE_APPLICATION_CREDENTIALS`,
      { cause: error },
    );
  }
  if (passes(error)) {
    const said = `${url.host} gives no token: ${message}`;
    return new GcsFailure(said, metadata ? (status ?? NOT_YET) : status, reason, { cause: error });
  }
  return new StoreAccessError(
    `${url.host} gives no token (${reason}: ${message}); check the service account and its key`,
    { cause: error },
  );
}
