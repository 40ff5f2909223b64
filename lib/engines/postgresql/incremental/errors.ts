/**
 * No incremental backup can be taken now, and a full one makes the next ones possible: what it would build on is not there,
 * would not be kept long enough, or the server does not know any more what has changed since.
 */
export class FullNeededError extends Error {
  override readonly name: string = 'FullNeededError';
}

/** The server refused to tell what has changed since this backup. */
export class NoSummariesError extends FullNeededError {
  override readonly name = 'NoSummariesError';
  /** When the backup began from which it should have told. */
  readonly since: Date;

  constructor(message: string, since: Date, options: ErrorOptions) {
    super(message, options);
    this.since = since;
  }
}
