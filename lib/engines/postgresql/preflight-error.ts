/** The server cannot be backed up as it is. Nothing was read from it and nothing written to the store. */
export class PreflightError extends Error {
  override readonly name = 'PreflightError';
  /** What was found, as a short sentence without a full stop. */
  readonly found: string;
  /** What to do instead. */
  readonly remedy: string;

  constructor(found: string, remedy: string) {
    super(`${found}; ${remedy}`);
    this.found = found;
    this.remedy = remedy;
  }
}

/** The plan means a primary. */
export function isStandby(): PreflightError {
  return new PreflightError(
    'the server is a standby (pg_is_in_recovery() is true)',
    "point the plan at the primary, for example through the service that follows it, or write role: 'standby' in the plan's server to back it up from this one",
  );
}
