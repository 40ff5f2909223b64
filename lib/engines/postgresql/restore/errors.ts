import { RestoreError } from '../../restore-target.ts';

/** No way leads to the moment that was asked for: it is outside of what is stored, or WAL on the way is missing. */
export class RestoreWindowError extends RestoreError {
  override readonly name = 'RestoreWindowError';
}

/** PostgreSQL did not bring the data directory to the target. The message ends with what the server said. */
export class RecoveryError extends RestoreError {
  override readonly name = 'RecoveryError';
}
