import { PreflightError } from '../preflight-error.ts';

/** The server that is streamed from is no primary any more. */
export function becameStandby(): PreflightError {
  return new PreflightError(
    'the server is a standby (pg_is_in_recovery() is true)',
    'point the plan at the primary, for example through the service that follows it',
  );
}
