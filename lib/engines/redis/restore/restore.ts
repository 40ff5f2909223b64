import { dirname, resolve } from 'node:path';
import { archivedKeys } from '../../../catalog/archived.ts';
import { ThawPendingError } from '../../../catalog/errors.ts';
import { fileKeys, openFile } from '../../../catalog/files.ts';
import { ensureThawed, type ThawOrder } from '../../../catalog/thaw.ts';
import { withHidden } from '../../hidden-store.ts';
import { recordRestore } from '../../restore-record.ts';
import {
  beginDirectory,
  chooseOwner,
  completeDirectory,
  explainFull,
  type Owner,
  refuseContents,
  requireFree,
  requireReachable,
} from '../../restore-target.ts';
import type { RedisRun } from '../run.ts';
import type { SnapshotManifest } from '../snapshot.ts';
import { chooseSnapshot, type Wanted } from './choose-snapshot.ts';
import { keyMismatches } from './compare.ts';
import { linkAppendOnly, writeSnapshot } from './data-directory.ts';
import { RecoveryError } from './errors.ts';
import { PrivateRedis } from './private-server.ts';
import { findRedisServer } from './program.ts';

/** Redis' default for `appenddirname`, where the plan says nothing. */
const APPENDONLY_FOLDER = 'appendonlydir';

export interface RestoreOptions extends Wanted {
  /** Directory for the data; has to be empty or not to exist. */
  readonly target: string;
  /** Folder of `redis-server`. @default the PATH */
  readonly binDir?: string;
  /** Who owns the data directory, when root restores. @default the plan's server */
  readonly owner?: Owner;
  /** What to do where the backup is archived. @default it is an error */
  readonly thaw?: ThawOrder;
}

export interface RestoreResult {
  readonly engine: 'redis';
  /** The snapshot that was used. */
  readonly backup: string;
  readonly target: string;
  readonly time: Date | 'latest';
  /** Everything that was written before this moment is in the data. */
  readonly recoveredTo: Date;
  /** Decoded bytes. */
  readonly bytes: number;
  /** Of all databases. */
  readonly keys: number;
  /** Seconds that each phase took: `fetch` also chooses and checks, `load` reads it with Redis and compares. */
  readonly seconds: { readonly fetch: number; readonly load: number };
}

/** Where a restore goes. */
export interface Place {
  readonly directory: string;
  readonly owner: Owner | undefined;
}

/**
 * Brings a data directory back that Redis starts on with every key, whether it keeps an append-only log or not. Redis has
 * read it once before this returns, and has counted what the snapshot holds. A restore that fails leaves a directory
 * that says so and that no later run accepts.
 *
 * @throws RestoreTargetError, RestoreWindowError, ArchivedError before anything is written
 * @throws ThawPendingError if it can only be restored later; there is no record of that
 * @throws DamagedError, RecoveryError, StoreError
 */
export async function restoreRedis(
  context: RedisRun,
  options: RestoreOptions,
): Promise<RestoreResult> {
  const run = withHidden(context);
  const startedAt = run.now();
  let backup: string | null = null;
  try {
    const place = await inspectPlace(run, options);
    const snapshot = await chooseSnapshot(run, options);
    backup = snapshot.id;
    const result = await restoreSnapshot(run, options, place, snapshot);
    await recordRestore(run, { startedAt, backup, target: place.directory, error: null });
    return result;
  } catch (error) {
    if (error instanceof ThawPendingError) throw error;
    await recordRestore(run, { startedAt, backup, target: options.target, error });
    throw error;
  }
}

/** Looks whether a restore can go here, without changing anything. @throws RestoreTargetError */
export async function inspectPlace(
  { source }: RedisRun,
  { target, owner }: Pick<RestoreOptions, 'target' | 'owner'>,
): Promise<Place> {
  const directory = resolve(target);
  const planOwner = source.settings.server;
  const chosen = chooseOwner({ ...(owner && { owner }), planOwner });
  await refuseContents(directory);
  await requireReachable(directory, chosen);
  return { directory, owner: chosen };
}

/** Restores what was chosen to where it was inspected, without a record. @throws as `restoreRedis` */
export async function restoreSnapshot(
  run: RedisRun,
  options: Pick<RestoreOptions, 'time' | 'binDir' | 'thaw'> & { readonly deep?: boolean },
  place: Place,
  snapshot: SnapshotManifest,
): Promise<RestoreResult> {
  const { directory, owner } = place;
  const began = performance.now();
  const program = await findRedisServer(snapshot.serverVersion, options.binDir);
  await requireFree(dirname(directory), snapshot.logicalBytes, 'the data of this restore');
  // After everything else that can be wrong: it costs, and takes hours.
  await ensureThawed(run, snapshot.id, await archivedOf(run, snapshot), options.thaw);

  run.report({ level: 'info', message: `restoring ${snapshot.id}` });
  await beginDirectory(directory, owner, snapshot.id);
  const folder = run.source.settings.appendonly?.directory ?? APPENDONLY_FOLDER;
  try {
    await writeSnapshot(directory, fetched(run, snapshot), owner);
    await linkAppendOnly(directory, folder, owner);
  } catch (error) {
    throw explainFull(error, directory);
  }
  const fetchedAt = performance.now();
  run.report({ level: 'info', message: 'starting Redis on what was restored' });
  const { signal } = run;
  const { deep = false } = options;
  const server = await PrivateRedis.start({
    ...{ program, directory, owner, deep, signal },
    appendonly: { folder },
  });
  try {
    const mismatches = keyMismatches(snapshot.counts, await server.keyspace());
    if (mismatches.length > 0) {
      throw new RecoveryError(`not everything came back: ${mismatches.join('; ')}`);
    }
    await server.stop();
  } finally {
    await server.quit();
  }
  await completeDirectory(directory);
  return {
    engine: 'redis',
    backup: snapshot.id,
    target: directory,
    time: options.time,
    recoveredTo: new Date(snapshot.consistentAt),
    bytes: snapshot.logicalBytes,
    keys: keysIn(snapshot),
    seconds: {
      fetch: (fetchedAt - began) / 1000,
      load: (performance.now() - fetchedAt) / 1000,
    },
  };
}

/** Keys of all databases of a snapshot. */
export const keysIn = ({ counts }: Pick<SnapshotManifest, 'counts'>): number =>
  Object.entries(counts).reduce(
    (sum, [name, count]) => (name.endsWith('.keys') ? sum + count : sum),
    0,
  );

/** The only file of a snapshot, each byte checked. */
async function* fetched(run: RedisRun, snapshot: SnapshotManifest): AsyncGenerator<Uint8Array> {
  const totalBytes = snapshot.logicalBytes;
  const message = 'fetching and checking the snapshot';
  let bytes = 0;
  for (const file of snapshot.files) {
    for await (const chunk of openFile(run.store, snapshot, file, { signal: run.signal })) {
      yield chunk;
      bytes += chunk.length;
      run.report({ level: 'info', message, bytes, totalBytes });
    }
  }
}

async function archivedOf({ store }: RedisRun, snapshot: SnapshotManifest): Promise<string[]> {
  const archived = await archivedKeys(store, snapshot);
  return snapshot.files
    .flatMap((file) => fileKeys(snapshot, file))
    .filter((key) => archived.has(key));
}
