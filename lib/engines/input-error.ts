/** What was asked for, or what the environment says, cannot be: wrong input, not a failure. */
export class EngineInputError extends Error {
  override readonly name = 'EngineInputError';
}
