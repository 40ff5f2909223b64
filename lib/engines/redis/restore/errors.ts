import { RestoreError } from '../../restore-target.ts';

/** No backup leads to what was asked for. Nothing was written. */
export class RestoreWindowError extends RestoreError {
  override readonly name = 'RestoreWindowError';
}

/** Redis did not come up with what was restored. The message ends with what the server said. */
export class RecoveryError extends RestoreError {
  override readonly name = 'RecoveryError';
}
