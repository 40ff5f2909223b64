import { setTimeout as delay } from 'node:timers/promises';
import type { S3ClientConfig } from '@aws-sdk/client-s3';

type Strategy = Extract<
  S3ClientConfig['retryStrategy'],
  { acquireInitialRetryToken(scope: string): unknown }
>;

/** As the SDK tells it; the other stores say it in the same words. */
interface Failure {
  readonly error?: unknown;
  readonly errorType: string;
}

interface Token {
  readonly since: number;
  getRetryCount(): number;
  getRetryDelay(): number;
}

const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10_000;
/** An endpoint that never answered is more likely wrong than away. */
const FIRST_CONTACT_MS = 5_000;

/** Two conditional writes of one key met: S3 asks for the request again. */
const CONFLICT = 'ConditionalRequestConflict';

/** A server other than Amazon's does not have this request, now or later, and says so with a status of 501. */
const NOT_KNOWN = 'NotImplemented';

/**
 * Repeats requests that a store may answer later (no connection, timeouts, 5xx, throttling), with random delays that
 * grow to ten seconds, until patience ends. A stream that is being uploaded cannot be read again, so a store that is
 * away for minutes must not end it. The delays pass here and not in the client, whose timers outlive a request that is
 * given up, and with it keep the process alive.
 */
export class Patience implements Strategy {
  readonly #limitMs: number;
  readonly #ended = new AbortController();
  #answered = false;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  async acquireInitialRetryToken(): Promise<Token> {
    this.#ended.signal.throwIfAborted();
    return token(Number.POSITIVE_INFINITY, 0);
  }

  async refreshRetryTokenForRetry(last: Token, { error, errorType }: Failure): Promise<Token> {
    if (hasAnswer(error)) this.#answered = true;
    const { name } = (error as Error | undefined) ?? {};
    const passing = name !== NOT_KNOWN && (errorType !== 'CLIENT_ERROR' || name === CONFLICT);
    if (!passing || (hasSetClock(error) && last.getRetryCount() > 0)) {
      throw new Error('not a failure that passes');
    }

    const now = performance.now();
    const since = Math.min(last.since, now);
    const limit = this.#answered ? this.#limitMs : Math.min(this.#limitMs, FIRST_CONTACT_MS);
    if (now - since >= limit) throw new Error('patience has ended');
    const count = last.getRetryCount() + 1;
    const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** count);
    const { signal } = this.#ended;
    await delay(ceiling * (0.5 + Math.random() / 2), undefined, { signal });
    return token(since, count);
  }

  /** No request is repeated or begun any more; those that wait fail with what they have failed with before. */
  end(): void {
    this.#ended.abort(new Error('the store has been closed'));
  }

  recordSuccess(): void {
    this.#answered = true;
  }
}

function token(since: number, count: number): Token {
  return { since, getRetryCount: () => count, getRetryDelay: () => 0 };
}

const hasAnswer = (error: unknown): boolean => metadataOf(error)?.httpStatusCode !== undefined;

/**
 * Where this machine's clock is wrong, the client sets its own by every answer and calls each refusal one that passes, also
 * that an object is not there. Once is right: the request may have been refused for its time alone.
 */
const hasSetClock = (error: unknown): boolean => metadataOf(error)?.clockSkewCorrected === true;

interface Metadata {
  readonly httpStatusCode?: unknown;
  readonly clockSkewCorrected?: unknown;
}

function metadataOf(error: unknown): Metadata | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) return undefined;
  const { $metadata } = error;
  return typeof $metadata === 'object' && $metadata !== null ? $metadata : undefined;
}
