/** The server cannot be backed up as it is. Nothing was read from it and nothing written to the store. */
export class PreflightError extends Error {
  override readonly name = 'PreflightError';

  /**
   * @param found as a short sentence without a full stop
   * @param remedy what to do instead
   */
  constructor(found: string, remedy: string) {
    super(`${found}; ${remedy}`);
  }
}
