import { messageOf } from '../../message.ts';
/** Why something could not be looked at. */
export type FailureKind =
  | 'absent'
  | 'denied'
  | 'throttled'
  | 'credentials'
  | 'unreachable'
  | 'other';

/** What an error of the SDK says. */
export interface Failure {
  readonly kind: FailureKind;
  /** In words, with the name that AWS gave it. */
  readonly reason: string;
}

const ABSENT =
  /^(NoSuch(Bucket|Entity)(Exception)?|ResourceNotFound(Exception)?|NotFound(Exception)?|AWS\.SimpleQueueService\.NonExistentQueue|QueueDoesNotExist|StateMachineDoesNotExist)$/;
const CREDENTIALS =
  /^(CredentialsProviderError|TokenProviderError|ExpiredToken(Exception)?|InvalidAccessKeyId|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|IncompleteSignature|AuthFailure)$/;
const DENIED =
  /^(AccessDenied|AccessDeniedException|AuthorizationError|KMSAccessDeniedException|Forbidden|OptInRequired)$/;
const THROTTLED =
  /^(Throttl(ing|ed)(Exception)?|TooManyRequestsException|RequestLimitExceeded|SlowDown|LimitExceededException|RequestThrottled(Exception)?|ServiceUnavailable)$/;

export const nameOf = (error: unknown): string =>
  error instanceof Error ? error.name : 'unknown error';

/** Tells by the name that AWS gives the error, and by the status of the answer where a HEAD has no name. */
export function failureOf(error: unknown): Failure {
  const name = nameOf(error);
  const status = statusOf(error);
  const message = messageOf(error);
  const said = message === '' || message === name ? name : `${name}: ${message}`;
  if (ABSENT.test(name) || status === 404) return { kind: 'absent', reason: said };
  if (CREDENTIALS.test(name)) return { kind: 'credentials', reason: said };
  if (DENIED.test(name) || status === 403 || status === 401) {
    return { kind: 'denied', reason: `access denied (${said})` };
  }
  if (THROTTLED.test(name) || status === 429) {
    return { kind: 'throttled', reason: `refused for too many requests (${said})` };
  }
  if (status === undefined) return { kind: 'unreachable', reason: `no answer (${said})` };
  return { kind: 'other', reason: said };
}

function statusOf(error: unknown): number | undefined {
  const fields: { $metadata?: { httpStatusCode?: unknown } } =
    typeof error === 'object' && error !== null ? error : {};
  const status = fields.$metadata?.httpStatusCode;
  return typeof status === 'number' ? status : undefined;
}

/** The answer, or undefined where AWS says by one of these errors that there is none. */
export async function unlessAbsent<T>(
  answer: Promise<T>,
  ...errors: readonly string[]
): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (errors.includes(nameOf(error))) return undefined;
    throw error;
  }
}
