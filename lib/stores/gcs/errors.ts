import {
  LockUnsupportedError,
  ObjectExistsError,
  ObjectNotFoundError,
  StoreAccessError,
  StoreError,
  StoreNotFoundError,
  StoreUnavailableError,
} from '../errors.ts';
import type { GcsLocation } from './location.ts';

/** An answer that is none of those that were asked for, or none at all. */
export class GcsFailure extends Error {
  override readonly name = 'GcsFailure';
  /** Undefined where the server did not answer. */
  readonly status: number | undefined;
  /** The server's word for it, such as `conditionNotMet`, or the system's, such as `ECONNREFUSED`. */
  readonly reason: string;
  /** What was asked, without the host. */
  readonly path: string;
  /** As the clients of AWS say it, which is what decides whether a request is repeated. */
  readonly $metadata: { readonly httpStatusCode?: number };

  constructor(
    message: string,
    status: number | undefined,
    reason: string,
    { path = '', ...options }: ErrorOptions & { readonly path?: string } = {},
  ) {
    super(message, options);
    this.path = path;
    this.status = status;
    this.reason = reason;
    this.$metadata = status === undefined ? {} : { httpStatusCode: status };
  }
}

/** The same request may succeed later. */
export const passes = (error: unknown): boolean =>
  error instanceof GcsFailure &&
  (error.status === undefined ||
    error.status === 408 ||
    error.status === 429 ||
    error.status >= 500);

/** 404 of an object, and of its bucket: Google says which in words alone. */
const NO_BUCKET = /bucket does not exist/i;
const NO_RETENTION = /retention/i;

/**
 * Turns a failure into an error that says what to do.
 * @param what the attempted action, such as `write data/30d/…`
 */
export function explain({ bucket, endpoint }: GcsLocation, what: string, cause: unknown): unknown {
  if (!(cause instanceof GcsFailure)) return cause;
  const { status, reason, message, path } = cause;
  const failed = `cannot ${what} in gs://${bucket}`;
  const said = message.includes(reason) ? message : `${reason}: ${message}`;
  const options = { cause };
  if (status === undefined) {
    return new StoreUnavailableError(
      `${failed}: ${endpoint} cannot be reached (${said}); check the endpoint and the network, or try later`,
      options,
    );
  }
  if (status === 412) {
    return new ObjectExistsError(
      `${failed}: the key exists already; objects are written once`,
      options,
    );
  }
  if (status === 404 && path.includes('upload_id=')) {
    return new StoreError(`${failed}: the store has forgotten the upload`, options);
  }
  if (status === 404 && (NO_BUCKET.test(message) || !/\/o\/./.test(path))) {
    return new StoreNotFoundError(
      `${failed}: there is no such bucket; create it or correct the store's URL`,
      options,
    );
  }
  if (status === 404) {
    return new ObjectNotFoundError(`${failed}: there is no such object`, options);
  }
  if (status === 400 && NO_RETENTION.test(message)) {
    return new LockUnsupportedError(
      `${failed}: the bucket was made without object retention (${said}); make it again with --enable-per-object-retention, or take the lock out of the plan`,
      options,
    );
  }
  if (status === 401) {
    return new StoreAccessError(
      `${failed}: the credentials are missing, wrong or expired (${said}); check the pod's service account, or GOOGLE_APPLICATION_CREDENTIALS`,
      options,
    );
  }
  if (status === 403) {
    return new StoreAccessError(
      `${failed}: access denied (${said}); check what the service account's roles allow on this bucket`,
      options,
    );
  }
  if (passes(cause)) {
    return new StoreUnavailableError(
      `${failed}: it refuses requests (${said}); try later`,
      options,
    );
  }
  return new StoreError(`${failed}: ${status} ${said}`, options);
}
