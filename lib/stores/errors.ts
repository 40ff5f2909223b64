/** A store failed; `cause` holds the client's error. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
}

/** The URL of a store is malformed, or of a kind that there is not: nothing was asked of any store. */
export class StoreUrlError extends StoreError {
  override readonly name = 'StoreUrlError';
}

/** Write-once: the key is taken. */
export class ObjectExistsError extends StoreError {
  override readonly name = 'ObjectExistsError';
}

export class ObjectNotFoundError extends StoreError {
  override readonly name = 'ObjectNotFoundError';
}

/** The object is in a cold storage class and must be brought back before it can be read. */
export class ObjectArchivedError extends StoreError {
  override readonly name = 'ObjectArchivedError';
}

/** Credentials missing, wrong or expired, or not allowed to do this. */
export class StoreAccessError extends StoreError {
  override readonly name = 'StoreAccessError';
}

/** The bucket or directory that the URL names does not exist. */
export class StoreNotFoundError extends StoreError {
  override readonly name = 'StoreNotFoundError';
}

/** The store cannot be reached, or refuses requests for the moment: the same may succeed later. */
export class StoreUnavailableError extends StoreError {
  override readonly name = 'StoreUnavailableError';
}

/** The server does not have this request: not every one that speaks S3's protocol knows all of it. */
export class StoreUnsupportedError extends StoreError {
  override readonly name = 'StoreUnsupportedError';
}

/** The bucket was made without object lock, so that nothing in it can be locked or held. */
export class LockUnsupportedError extends StoreError {
  override readonly name = 'LockUnsupportedError';
}

/** No room is left. */
export class StoreFullError extends StoreError {
  override readonly name = 'StoreFullError';
}
