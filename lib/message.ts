import { types } from 'node:util';

/** What to tell of anything that was thrown; also of an error of another realm, such as a test's. */
export const messageOf = (thrown: unknown): string =>
  types.isNativeError(thrown) ? thrown.message : String(thrown);
