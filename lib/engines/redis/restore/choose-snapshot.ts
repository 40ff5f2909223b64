import { claimStore, scanBackups } from '../../../catalog/reader.ts';
import type { RedisRun } from '../run.ts';
import { isSnapshot, type SnapshotManifest } from '../snapshot.ts';
import { RestoreWindowError } from './errors.ts';

/** Which state is asked for: the newest, the one at a moment, or that of one backup alone. */
export interface Wanted {
  readonly time: Date | 'latest';
  /** The only backup to start from. */
  readonly backup?: string;
}

/**
 * The snapshot that is restored: the one that was asked for, else the newest, else the newest that is not younger than the
 * moment.
 * @throws RestoreWindowError if there is none; DamagedError if a manifest cannot be read
 */
export async function chooseSnapshot(
  run: RedisRun,
  { time, backup }: Wanted,
): Promise<SnapshotManifest> {
  const { store, compiled, source } = run;
  await claimStore(store, compiled.plan, compiled.environment, { readOnly: true });
  const { manifests, unreadable, hidden } = await scanBackups(store, source.name);
  const snapshots = manifests.filter(isSnapshot);
  const chosen =
    backup === undefined ? newest(snapshots, time) : snapshots.find(({ id }) => id === backup);
  // One that cannot be read may be the newer one.
  if (unreadable[0] && backup === undefined) throw unreadable[0].error;
  if (!chosen) throw none(store.url, source.name, snapshots, { time, ...(backup && { backup }) });
  if (hidden.has(chosen.id)) {
    run.report({
      level: 'warning',
      message: `${chosen.id} is only hidden by a delete marker: it has expired or was deleted`,
    });
  }
  return chosen;
}

const newest = (
  snapshots: readonly SnapshotManifest[],
  time: Date | 'latest',
): SnapshotManifest | undefined =>
  snapshots.findLast(
    ({ consistentAt }) => time === 'latest' || Date.parse(consistentAt) <= time.getTime(),
  );

function none(
  url: string,
  source: string,
  snapshots: readonly SnapshotManifest[],
  { time, backup }: Wanted,
): RestoreWindowError {
  const [oldest] = snapshots;
  if (backup !== undefined) {
    return new RestoreWindowError(
      `${url} has no snapshot ${backup} of ${source}; see them with: tidemark list`,
    );
  }
  if (!oldest || time === 'latest') {
    return new RestoreWindowError(`${url} has no snapshot of ${source} yet`);
  }
  return new RestoreWindowError(
    `${url} has no snapshot of ${source} from ${time.toISOString()} or before; the oldest is ${oldest.id}, of ${oldest.consistentAt}`,
  );
}
