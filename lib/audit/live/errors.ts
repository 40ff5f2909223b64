/** Nothing could be looked at: no credentials, those of another account, or no connection. */
export class LiveError extends Error {
  override readonly name = 'LiveError';
}
