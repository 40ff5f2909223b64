import { claimStore, scanBackups } from '../../../catalog/reader.ts';
import { EngineInputError } from '../../input-error.ts';
import { type AofState, aofWindows, chooseAof } from '../aof/choose.ts';
import { LostLogError } from '../aof/newest.ts';
import type { RedisRun } from '../run.ts';
import { isSnapshot, type SnapshotManifest } from '../snapshot.ts';
import { RestoreWindowError } from './errors.ts';

/** Which state is asked for: the newest, the one at a moment, or that of one snapshot alone. */
export interface Wanted {
  readonly time: Date | 'latest';
  /** The only backup to start from. */
  readonly backup?: string;
}

/** What a restore will use. */
export type State =
  | { readonly kind: 'snapshot'; readonly snapshot: SnapshotManifest }
  | { readonly kind: 'log'; readonly log: AofState };

/**
 * Finds the way to a state: the snapshot that was asked for, else what leads further of the newest snapshot and the
 * append-only log, neither of them beyond the moment.
 * @throws EngineInputError if there is no such snapshot; RestoreWindowError if there is none, or if the log has more than the snapshot and does not reach the moment; DamagedError if a manifest cannot be read or some of the log is gone
 */
export async function chooseState(run: RedisRun, wanted: Wanted): Promise<State> {
  const { store, compiled, source } = run;
  await claimStore(store, compiled.plan, compiled.environment, { readOnly: true });
  const { manifests, unreadable, hidden } = await scanBackups(store, source.name);
  const snapshots = manifests.filter(isSnapshot);
  const tell = (snapshot: SnapshotManifest): State => {
    if (hidden.has(snapshot.id)) {
      run.report({
        level: 'warning',
        message: `${snapshot.id} is only hidden by a delete marker: it has expired or was deleted`,
      });
    }
    return { kind: 'snapshot', snapshot };
  };
  if (wanted.backup !== undefined) {
    const found = snapshots.find(({ id }) => id === wanted.backup);
    if (found) return tell(found);
    if (unreadable[0]) throw unreadable[0].error;
    throw new EngineInputError(
      `${store.url} has no snapshot ${wanted.backup} of ${source.name}; see them with: tidemark list`,
    );
  }
  // One that cannot be read may be the newest one.
  if (unreadable[0]) throw unreadable[0].error;
  const snapshot = newest(snapshots, wanted.time);
  const log = await chooseAof(store, source.name, wanted.time, run.now()).catch((error) => {
    const further = snapshot && error instanceof LostLogError && error.reached;
    if (!further || Date.parse(snapshot.consistentAt) < further.getTime()) throw error;
    const message = `the snapshot is newer than the log, which is damaged: ${error.message}`;
    run.report({ level: 'warning', message });
    return undefined;
  });
  if (log && !(snapshot && Date.parse(snapshot.consistentAt) > log.covers.getTime())) {
    return { kind: 'log', log };
  }
  if (snapshot && !(await logLeadsFurther(run, snapshot, wanted.time))) return tell(snapshot);
  throw await nothing(run, snapshots, wanted.time);
}

/** The log ends before the moment, and behind the snapshot: who gets that one loses what the log has, and is not told. */
async function logLeadsFurther(
  { store, source, now }: RedisRun,
  { consistentAt }: SnapshotManifest,
  time: Date | 'latest',
): Promise<boolean> {
  if (time === 'latest') return false;
  const windows = await aofWindows(store, source.name, now());
  return windows.some(({ from, to }) => from <= time && Number(to) > Date.parse(consistentAt));
}

const newest = (
  snapshots: readonly SnapshotManifest[],
  time: Date | 'latest',
): SnapshotManifest | undefined =>
  snapshots.findLast(
    ({ consistentAt }) => time === 'latest' || Date.parse(consistentAt) <= time.getTime(),
  );

async function nothing(
  { store, source, now }: RedisRun,
  [oldest]: readonly SnapshotManifest[],
  time: Date | 'latest',
): Promise<RestoreWindowError> {
  const where = `${store.url} has no`;
  const windows = await aofWindows(store, source.name, now());
  if (time === 'latest' || (!oldest && windows.length === 0)) {
    return new RestoreWindowError(`${where} backup of ${source.name} yet`);
  }
  const there = [
    ...(oldest ? [`the oldest snapshot is ${oldest.id}, of ${oldest.consistentAt}`] : []),
    ...windows.map(
      ({ from, to }) => `the log leads from ${from.toISOString()} to ${to.toISOString()}`,
    ),
  ];
  return new RestoreWindowError(
    `${where} state of ${source.name} at ${time.toISOString()}; ${there.join(', ')}; name one of these moments, 'latest', or a backup`,
  );
}
