import { types } from 'node:util';
import { DamagedError, ForeignStoreError, NewerFormatError } from '../../../catalog/errors.ts';
import { LockHeldError } from '../../../lock/errors.ts';
import { StoreAccessError, StoreNotFoundError } from '../../../stores/errors.ts';
import { ServerConnectError } from '../connection.ts';
import { PreflightError } from '../preflight-error.ts';
import { ReplicationError } from '../replication-error.ts';
import { WalConflictError, WalRefusedError } from './errors.ts';

const REFUSALS = [
  DamagedError,
  ForeignStoreError,
  LockHeldError,
  NewerFormatError,
  PreflightError,
  StoreAccessError,
  StoreNotFoundError,
  WalConflictError,
  WalRefusedError,
];

/** SQLSTATE of answers that only a person can change: password, pg_hba.conf, database, privileges. */
const REFUSED_STATES = /^(28|3D000|42501)/;
const CERTIFICATE_CODES = /CERT|UNABLE_TO_VERIFY/;

/** Trying again would end the same way. */
export function isFinal(error: unknown): boolean {
  if (REFUSALS.some((refusal) => error instanceof refusal)) return true;
  if (error instanceof ReplicationError) return REFUSED_STATES.test(error.code ?? '');
  if (!(error instanceof ServerConnectError)) return false;
  const code = codeOf(error.cause);
  return REFUSED_STATES.test(code) || CERTIFICATE_CODES.test(code);
}

/** The server no longer has the WAL that was asked for (its file is not found). */
export function isWalRemoved(error: unknown): boolean {
  return error instanceof ReplicationError && error.code === '58P01';
}

function codeOf(cause: unknown): string {
  return types.isNativeError(cause) && 'code' in cause ? String(cause.code) : '';
}
