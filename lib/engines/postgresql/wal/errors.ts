/** What the server has and what the store has are not the same WAL. Going on would spoil both. */
export class WalConflictError extends Error {
  override readonly name = 'WalConflictError';
}

/** WAL of this source cannot be streamed as it is configured. */
export class WalRefusedError extends Error {
  override readonly name = 'WalRefusedError';
}

/** WAL is missing in the store, and more of it is there behind. */
export class WalHoleError extends Error {
  override readonly name = 'WalHoleError';
}
