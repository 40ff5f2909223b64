/** Another run of the same source and activity is active. */
export class LockHeldError extends Error {
  override readonly name = 'LockHeldError';
}

/** The lock could not be taken for another reason: no access, no API server, no room. */
export class LockError extends Error {
  override readonly name = 'LockError';
}
