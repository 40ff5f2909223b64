/** A command of the replication protocol failed, or the connection ended under it. */
export class ReplicationError extends Error {
  override readonly name = 'ReplicationError';
  /** SQLSTATE where the server answered; undefined where the connection ended. */
  readonly code: string | undefined;

  constructor(message: string, code: string | undefined, options: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
