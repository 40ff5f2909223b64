import { readBackups, readRuns } from '../catalog/reader.ts';
import { verifyBackup } from '../catalog/verify.ts';
import type { PostgresqlRun } from '../engines/postgresql/run.ts';
import { verifyWal } from '../engines/postgresql/wal/verify.ts';

/** What re-reading a whole store found. */
export interface DigestCheck {
  readonly files: number;
  /** Stored bytes that were read. */
  readonly bytes: number;
  /** None: everything is as it was written. */
  readonly problems: readonly string[];
}

/** Reads every backup and all WAL of a source again and compares every digest. */
export async function verifyEverything({
  store,
  source,
  signal,
  now,
}: PostgresqlRun): Promise<DigestCheck> {
  const backups = await readBackups(store, source.name);
  const [first] = backups;
  const from = first === undefined ? now() : new Date(first.startedAt);
  const runs = await readRuns(store, source.name, { from, to: now(), action: 'wal' });
  const wal = await verifyWal(store, source.name, runs, { signal });
  const problems = [...wal.problems];
  let files = wal.segments;
  let bytes = wal.bytes;
  for (const backup of backups) {
    const found = await verifyBackup(store, backup, { signal });
    problems.push(...found.problems);
    files += backup.files.reduce((sum, { objects }) => sum + objects.length, 0);
    bytes += found.bytes;
  }
  return { files, bytes, problems };
}
