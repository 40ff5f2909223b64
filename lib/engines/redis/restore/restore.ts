import { resolve } from 'node:path';
import { ThawPendingError } from '../../../catalog/errors.ts';
import type { ThawOrder } from '../../../catalog/thaw.ts';
import { withHidden } from '../../hidden-store.ts';
import { recordRestore } from '../../restore-record.ts';
import {
  chooseOwner,
  completeDirectory,
  type Owner,
  refuseContents,
  requireReachable,
} from '../../restore-target.ts';
import { keysIn } from '../info.ts';
import type { RedisRun } from '../run.ts';
import { chooseState, type State, type Wanted } from './choose-state.ts';
import { keyMismatches } from './compare.ts';
import { RecoveryError } from './errors.ts';
import { type LaidOut, layOut, type Place } from './lay-out.ts';
import { PrivateRedis } from './private-server.ts';
import { saveBeside } from './save-beside.ts';

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
  /** The snapshot that was used; null where only the log was. */
  readonly backup: string | null;
  readonly target: string;
  readonly time: Date | 'latest';
  /** Everything that was written before this moment is in the data. */
  readonly recoveredTo: Date;
  /** Decoded bytes. */
  readonly bytes: number;
  /** Of all databases. */
  readonly keys: number;
  /** Seconds that each phase took: `fetch` also chooses and checks, `load` reads it with Redis and counts. */
  readonly seconds: { readonly fetch: number; readonly load: number };
}

/**
 * Brings a data directory back that Redis starts on with every key, whether it keeps an append-only log or not. Redis has
 * read it once before this returns, and what it found was compared with what was counted. A restore that fails leaves a
 * directory that says so and that no later run accepts.
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
  const began = performance.now();
  let backup: string | null = null;
  try {
    const place = await inspectPlace(run, options);
    const state = await chooseState(run, options);
    if (state.kind === 'snapshot') backup = state.snapshot.id;
    const laidOut = await layOut(run, options, place, state);
    const fetchedAt = performance.now();
    const keys = await load(run, place, state, laidOut);
    await recordRestore(run, { startedAt, backup, target: place.directory, error: null });
    const { recoveredTo, bytes } = laidOut;
    return {
      engine: 'redis',
      ...{ backup, target: place.directory, time: options.time, recoveredTo, bytes, keys },
      seconds: {
        fetch: (fetchedAt - began) / 1000,
        load: (performance.now() - fetchedAt) / 1000,
      },
    };
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
  const chosen = chooseOwner({ ...(owner && { owner }), planOwner: source.settings.server });
  await refuseContents(directory);
  await requireReachable(directory, chosen);
  return { directory, owner: chosen };
}

/** Reads the files with Redis once and compares. Returns how many keys there are. */
async function load(
  run: RedisRun,
  { directory, owner }: Place,
  state: State,
  { program, folder, counts }: LaidOut,
): Promise<number> {
  run.report({ level: 'info', message: 'starting Redis on what was restored' });
  const { signal } = run;
  const appendonly = { folder };
  const server = await PrivateRedis.start({ program, directory, owner, appendonly, signal });
  try {
    const found = await server.keyspace();
    const mismatches = counts ? keyMismatches(counts, found) : [];
    if (mismatches.length > 0) {
      throw new RecoveryError(`not everything came back: ${mismatches.join('; ')}`);
    }
    if (state.kind === 'log') await saveBeside(run, server, directory, folder);
    await server.stop();
    await completeDirectory(directory);
    return keysIn(found);
  } finally {
    await server.quit();
  }
}
