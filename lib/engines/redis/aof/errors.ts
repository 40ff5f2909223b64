/** The append-only files cannot be shipped as the server or the plan is configured: only a person can change that. */
export class AofRefusedError extends Error {
  override readonly name = 'AofRefusedError';
}

/** An append-only file is not what Redis writes. */
export class AofFormatError extends Error {
  override readonly name = 'AofFormatError';
}

/** The files on disk are no longer those that were being shipped: shipping begins with what is there now. */
export class AofChangedError extends Error {
  override readonly name = 'AofChangedError';
}

/** The store holds something else under a name that can only be ours. */
export class AofConflictError extends Error {
  override readonly name = 'AofConflictError';
}

/** The server is not the one that takes writes, or cannot say that it is: somebody else's log is shipped. */
export class NotPrimaryError extends Error {
  override readonly name = 'NotPrimaryError';

  constructor(found = 'it is a replica, and its primary has the log') {
    super(`the append-only files of this server are not shipped: ${found}`);
  }
}
