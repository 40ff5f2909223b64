/** The server did not send a whole snapshot. Nothing was committed. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}
