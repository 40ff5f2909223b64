import { isPhysical } from '../../catalog/manifest.ts';
import { scanBackups } from '../../catalog/reader.ts';
import { walSystemIds } from '../../catalog/wal.ts';
import { PreflightError } from './preflight-error.ts';
import type { PostgresqlRun } from './run.ts';

/**
 * Every cluster has a system identifier of its own, and WAL of one never fits a base of another. The lineage that
 * a source has is that of its newest backup that can be read, or of its WAL while there is none.
 * @throws PreflightError if the server is another cluster, unless `accepted` names exactly that one
 */
export async function checkLineage(
  run: PostgresqlRun,
  systemId: string,
  accepted: string | undefined,
): Promise<void> {
  if (accepted !== undefined && accepted !== systemId) {
    throw new PreflightError(
      `the server's system identifier is ${systemId}, not ${accepted} that was accepted`,
      'check that this is the server you mean',
    );
  }
  const stored = await storedSystemIds(run);
  if (accepted !== undefined || stored.length === 0 || stored.includes(systemId)) return;
  throw new PreflightError(
    `the server's system identifier is ${systemId}, and ${run.source.name} has backups or WAL of ${stored.join(' and ')} in ${run.store.url}`,
    `it is another cluster: check the address, or pass acceptSystemId ${systemId} (--accept-system-id) to start a new lineage beside the old one`,
  );
}

async function storedSystemIds(run: PostgresqlRun): Promise<string[]> {
  const { manifests } = await scanBackups(run.store, run.source.name);
  const newest = manifests.findLast(isPhysical);
  if (newest) return [newest.position.systemId];
  return [...(await walSystemIds(run.store, run.source.name))];
}
