/** What was read is no whole RDB file, or has a part that this version does not know. */
export class RdbError extends Error {
  override readonly name = 'RdbError';
}
