import type { Thaw } from './thaw.ts';

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

/** Objects that are needed lie in an archive, and nothing was done about it. */
export class ArchivedError extends Error {
  override readonly name = 'ArchivedError';
}

/** What is archived was asked for and is not there yet. The same again, later, goes on. */
export class ThawPendingError extends Error {
  override readonly name = 'ThawPendingError';
  readonly thaw: Thaw;

  constructor(thaw: Thaw) {
    super(
      `${thaw.backup} is archived and its thaw was requested; run the same again when it has ended, or with --wait-for-thaw`,
    );
    this.thaw = thaw;
  }
}
