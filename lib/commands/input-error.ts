/** The person who typed the command can mend it: shown without a stack, exit code 2. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
