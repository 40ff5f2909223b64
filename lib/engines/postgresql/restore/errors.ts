/** A restore was refused or failed. The message says what to do; `cause` holds what lies below. */
export class RestoreError extends Error {
  override readonly name: string = 'RestoreError';
}

/** The target directory cannot take a restore. Nothing was written. */
export class RestoreTargetError extends RestoreError {
  override readonly name = 'RestoreTargetError';
}

/** No way leads to the moment that was asked for: it is outside of what is stored, or WAL on the way is missing. */
export class RestoreWindowError extends RestoreError {
  override readonly name = 'RestoreWindowError';
}

/** PostgreSQL did not bring the data directory to the target. The message ends with what the server said. */
export class RecoveryError extends RestoreError {
  override readonly name = 'RecoveryError';
}
