import type { S3ClientConfig } from '@aws-sdk/client-s3';

type Strategy = Extract<
  S3ClientConfig['retryStrategy'],
  { acquireInitialRetryToken(scope: string): unknown }
>;
type Failure = Parameters<Strategy['refreshRetryTokenForRetry']>[1];

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

/**
 * Repeats requests that a store may answer later (no connection, timeouts, 5xx, throttling), with random delays that
 * grow to ten seconds, until patience ends. A stream that is being uploaded cannot be read again, so a store that is
 * away for minutes must not end it.
 */
export class Patience implements Strategy {
  readonly #limitMs: number;
  #answered = false;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  async acquireInitialRetryToken(): Promise<Token> {
    return token(Number.POSITIVE_INFINITY, 0, 0);
  }

  async refreshRetryTokenForRetry(last: Token, { error, errorType }: Failure): Promise<Token> {
    if (hasAnswer(error)) this.#answered = true;
    const passing = errorType !== 'CLIENT_ERROR' || (error as Error | undefined)?.name === CONFLICT;
    if (!passing) throw new Error('not a failure that passes');

    const now = performance.now();
    const since = Math.min(last.since, now);
    const limit = this.#answered ? this.#limitMs : Math.min(this.#limitMs, FIRST_CONTACT_MS);
    if (now - since >= limit) throw new Error('patience has ended');
    const count = last.getRetryCount() + 1;
    const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** count);
    return token(since, count, ceiling * (0.5 + Math.random() / 2));
  }

  recordSuccess(): void {
    this.#answered = true;
  }
}

function token(since: number, count: number, delay: number): Token {
  return { since, getRetryCount: () => count, getRetryDelay: () => delay };
}

function hasAnswer(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    '$metadata' in error &&
    typeof error.$metadata === 'object' &&
    error.$metadata !== null &&
    'httpStatusCode' in error.$metadata &&
    error.$metadata.httpStatusCode !== undefined
  );
}
