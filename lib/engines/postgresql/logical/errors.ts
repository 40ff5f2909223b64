/** What pg_dump wrote is no archive that can be restored. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';

  /** @param found what is wrong with it, as a short sentence without a full stop */
  constructor(found: string) {
    super(`what pg_dump wrote is not a whole archive: ${found}; run the backup again`);
  }
}
