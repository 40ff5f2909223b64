import { messageOf } from '../../message.ts';
import {
  LockUnsupportedError,
  ObjectArchivedError,
  ObjectExistsError,
  ObjectNotFoundError,
  StoreAccessError,
  StoreError,
  StoreNotFoundError,
  StoreUnavailableError,
  StoreUnsupportedError,
} from '../errors.ts';
import type { S3Location } from './location.ts';

/** What the client's errors say beside their message; each may be missing. */
export interface Answer {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
  readonly status: number | undefined;
}

export function answerOf(error: unknown): Answer {
  const fields: { code?: unknown; $metadata?: { httpStatusCode?: unknown } } =
    typeof error === 'object' && error !== null ? error : {};
  const { code, $metadata } = fields;
  const status = $metadata?.httpStatusCode;
  return {
    name: error instanceof Error ? error.name : 'unknown',
    message: messageOf(error),
    code: typeof code === 'string' ? code : undefined,
    status: typeof status === 'number' ? status : undefined,
  };
}

const BAD_CREDENTIALS = [
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'CredentialsProviderError',
];
const WRONG_REGION = [
  'AuthorizationHeaderMalformed',
  'PermanentRedirect',
  'IllegalLocationConstraintException',
];

/**
 * Turns an error of the client into one that says what to do.
 * @param what the attempted action, such as `write data/30d/…`
 */
export function explain(location: S3Location, what: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause;
  const { name, message, code, status } = answerOf(cause);
  const { bucket, endpoint, region } = location;
  const where = `s3://${bucket}${endpoint === undefined ? '' : ` at ${endpoint}`}`;
  const said = message === '' || message === name ? name : `${name}: ${message}`;
  const failed = `cannot ${what} in ${where}`;

  if (name === 'PreconditionFailed' || status === 412) {
    return new ObjectExistsError(`${failed}: the key exists already; objects are written once`, {
      cause,
    });
  }
  if (name === 'NoSuchBucket') {
    return new StoreNotFoundError(
      `${failed}: there is no such bucket; create it or correct the store's URL`,
      { cause },
    );
  }
  if (name === 'NoSuchKey') {
    return new ObjectNotFoundError(`${failed}: there is no such object`, { cause });
  }
  if (name === 'InvalidObjectState') {
    return new ObjectArchivedError(
      `${failed}: the object is archived and has to be thawed; 'tidemark restore' requests that for what it needs`,
      { cause },
    );
  }
  if (isWithoutLock(cause)) {
    return new LockUnsupportedError(
      `${failed}: the bucket has no object lock; make it again with object lock, or take the lock out of the plan`,
      { cause },
    );
  }
  if (name === 'NotImplemented') {
    return new StoreUnsupportedError(`${failed}: the server does not know this request (${said})`, {
      cause,
    });
  }
  if (WRONG_REGION.includes(name) || status === 301 || message === 'Region is missing') {
    return new StoreAccessError(
      `${failed}: the region ${region ?? '(none)'} is not the bucket's (${said}); write it as ?region=… in the store's URL`,
      { cause },
    );
  }
  if (name === 'RequestTimeTooSkewed') {
    return new StoreAccessError(`${failed}: this machine's clock is wrong (${said}); set it`, {
      cause,
    });
  }
  if (BAD_CREDENTIALS.includes(name)) {
    return new StoreAccessError(
      `${failed}: the credentials are missing, wrong or expired (${said}); check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the profile or the role`,
      { cause },
    );
  }
  if (status === 401 || status === 403) {
    return new StoreAccessError(
      `${failed}: access denied (${said}); check the credentials and what their role, the bucket's policy and its key allow`,
      { cause },
    );
  }
  if (status === undefined ? isNetworkFailure(cause) : status >= 500 || status === 429) {
    return new StoreUnavailableError(
      `${failed}: ${status === undefined ? 'it cannot be reached' : 'it refuses requests'} (${said}${code === undefined || said.includes(code) ? '' : `, ${code}`}); check the endpoint and the network, or try later`,
      { cause },
    );
  }
  return new StoreError(`${failed}: ${said}`, { cause });
}

/** S3 says it in a sentence: there is no code of its own for a bucket that was made without object lock. */
function isWithoutLock(error: unknown): boolean {
  const { name, message } = answerOf(error);
  return name === 'InvalidRequest' && /missing object ?lock ?configuration/i.test(message);
}

/** Failures of a connection carry a code of the system, or the client's own name for a timeout. */
export function isNetworkFailure(error: unknown): boolean {
  const { name, code } = answerOf(error);
  return name === 'TimeoutError' || (code !== undefined && /^E[A-Z_]+$/.test(code));
}
