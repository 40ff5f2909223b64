/** A store failed; `cause` holds the client's error. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
}

/** Write-once: the key is taken. */
export class ObjectExistsError extends StoreError {
  override readonly name = 'ObjectExistsError';
}

export class ObjectNotFoundError extends StoreError {
  override readonly name = 'ObjectNotFoundError';
}

/** Credentials missing, wrong or expired, or not allowed to do this. */
export class StoreAccessError extends StoreError {
  override readonly name = 'StoreAccessError';
}

/** The bucket or directory that the URL names does not exist. */
export class StoreNotFoundError extends StoreError {
  override readonly name = 'StoreNotFoundError';
}
