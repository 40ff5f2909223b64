/** Something stored is not what was written: a digest, a size or a form differs. It must not be used. */
export class DamagedError extends Error {
  override readonly name = 'DamagedError';
}

/** Written by a newer version of Tidemark. */
export class NewerFormatError extends Error {
  override readonly name = 'NewerFormatError';
}

/** The store belongs to another plan or environment. */
export class ForeignStoreError extends Error {
  override readonly name = 'ForeignStoreError';
}

/** A backup whose files are not all there was asked to be committed. */
export class CommitRefusedError extends Error {
  override readonly name = 'CommitRefusedError';
}
