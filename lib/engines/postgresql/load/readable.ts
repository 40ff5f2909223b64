import { archivedKeys } from '../../../catalog/archived.ts';
import { fileKeys } from '../../../catalog/files.ts';
import type { Manifest } from '../../../catalog/manifest.ts';
import { ensureThawed, type ThawOrder } from '../../../catalog/thaw.ts';
import type { PostgresqlRun } from '../run.ts';
import { fileOf } from './fetch.ts';

/** Makes sure that one file of a backup can be read. @throws ArchivedError, ThawPendingError */
export async function ensureReadable(
  run: PostgresqlRun,
  backup: Manifest,
  name: string,
  thaw: ThawOrder | undefined,
): Promise<void> {
  const archived = new Set(await archivedKeys(run.store, backup));
  const keys = fileKeys(backup, fileOf(backup, name)).filter((key) => archived.has(key));
  await ensureThawed(run, backup.id, keys, thaw);
}
