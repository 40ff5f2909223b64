import { StoreError } from './errors.ts';

/** S3's limit; a key is ASCII. */
const MAX_KEY_BYTES = 1024;
/** What common file systems allow, which the file store needs. */
const MAX_NAME_BYTES = 255;

const NAME = /^[A-Za-z0-9_=-][A-Za-z0-9._=-]*$/;

/** A name in a key that both kinds of store can hold: those that start with a dot are the stores' own. */
export function isObjectName(name: string): boolean {
  return NAME.test(name) && name.length <= MAX_NAME_BYTES;
}

/** @throws StoreError that says what a key looks like */
export function checkKey(key: string): void {
  if (key.length <= MAX_KEY_BYTES && key.split('/').every(isObjectName)) return;
  throw new StoreError(
    `${JSON.stringify(key)} is not an object key; write names of 1 to ${MAX_NAME_BYTES} letters, digits and '.', '_', '=', '-' that do not start with '.', separated by '/', ${MAX_KEY_BYTES} characters at most`,
  );
}

/** A prefix of keys: whole names, then perhaps the beginning of one. */
export function checkPrefix(prefix: string): void {
  if (prefix !== '') checkKey(prefix.endsWith('/') ? prefix.slice(0, -1) : prefix);
}
