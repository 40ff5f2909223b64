import { chown, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { archivedKeys } from '../../../catalog/archived.ts';
import { fileKeys, openFile } from '../../../catalog/files.ts';
import { ensureThawed, type ThawOrder } from '../../../catalog/thaw.ts';
import { beginDirectory, explainFull, type Owner, requireFree } from '../../restore-target.ts';
import { assembleAof } from '../aof/assemble.ts';
import type { RedisRun } from '../run.ts';
import type { SnapshotManifest } from '../snapshot.ts';
import type { State } from './choose-state.ts';
import { linkAppendOnly, writeSnapshot } from './data-directory.ts';
import { findRedisServer, type RedisProgram } from './program.ts';

/** Redis' default for `appenddirname`, where the plan says nothing. */
const APPENDONLY_FOLDER = 'appendonlydir';

/** Where a restore goes. */
export interface Place {
  readonly directory: string;
  /** Undefined: the current user. */
  readonly owner: Owner | undefined;
}

interface LayOutOptions {
  readonly binDir?: string;
  readonly thaw?: ThawOrder;
}

/** Files that Redis can start on, and what it has to find in them. */
export interface LaidOut {
  readonly program: RedisProgram;
  /** The snapshot that was used; null where only the log was. */
  readonly backup: string | null;
  /** Everything that was written before this moment is in the data. */
  readonly recoveredTo: Date;
  /** Decoded. */
  readonly bytes: number;
  /** As `db0.keys`; undefined where nobody counted. */
  readonly counts: Readonly<Record<string, number>> | undefined;
  /** `appenddirname`. */
  readonly folder: string;
}

/**
 * Fetches a state, checks every byte against its digest, and writes it as Redis' files. The directory stays marked as
 * unfinished.
 * @throws RecoveryError, RestoreTargetError, ArchivedError, ThawPendingError before anything is written
 * @throws DamagedError, TargetFullError, StoreError
 */
export async function layOut(
  run: RedisRun,
  { binDir, thaw }: LayOutOptions,
  place: Place,
  state: State,
): Promise<LaidOut> {
  const folder = run.source.settings.appendonly?.directory ?? APPENDONLY_FOLDER;
  const program = await findRedisServer(versionFor(run, state), binDir);
  await requireFree(dirname(place.directory), neededRoom(state), 'the data of this restore');
  // After everything else that can be wrong: it costs, and takes hours.
  if (state.kind === 'snapshot') {
    const { snapshot } = state;
    await ensureThawed(run, snapshot.id, await archivedOf(run, snapshot), thaw);
  }
  const what = nameOf(state);
  run.report({ level: 'info', message: `restoring ${what}` });
  await beginDirectory(place.directory, place.owner, what);
  try {
    return { program, folder, ...(await write(run, place, folder, state)) };
  } catch (error) {
    throw explainFull(error, place.directory);
  }
}

async function write(
  run: RedisRun,
  { directory, owner }: Place,
  folder: string,
  state: State,
): Promise<Omit<LaidOut, 'program' | 'folder'>> {
  if (state.kind === 'snapshot') {
    const { id, consistentAt, logicalBytes, counts } = state.snapshot;
    await writeSnapshot(directory, fetched(run, state.snapshot), owner);
    await linkAppendOnly(directory, folder, owner);
    return { backup: id, recoveredTo: new Date(consistentAt), bytes: logicalBytes, counts };
  }
  const log = join(directory, folder);
  const { recoveredTo, bytes } = await assembleAof(run, state.log, log);
  if (owner) {
    const names = await readdir(log);
    for (const path of [log, ...names.map((name) => join(log, name))]) {
      await chown(path, owner.uid, owner.gid);
    }
  }
  const { counts } = state.log;
  return { backup: null, recoveredTo, bytes, counts: counts && Object.fromEntries(counts) };
}

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

/** Of a log only the plan tells what wrote it. */
const versionFor = ({ source }: RedisRun, state: State): string =>
  state.kind === 'snapshot'
    ? state.snapshot.serverVersion
    : `${source.settings.server.version}.0.0`;

const nameOf = (state: State): string =>
  state.kind === 'snapshot'
    ? state.snapshot.id
    : `the log of generation ${state.log.generation.id}`;

/** Bytes that have to be free. A log leaves a snapshot of what it leads to beside itself. */
export function neededRoom(state: State): number {
  if (state.kind === 'snapshot') return state.snapshot.logicalBytes;
  const { generation, pieces, younger } = state.log;
  const log = [...pieces, ...younger].reduce((sum, { from, to }) => sum + to - from, 0);
  return 2 * (generation.base.size + log);
}

async function archivedOf({ store }: RedisRun, snapshot: SnapshotManifest): Promise<string[]> {
  const archived = await archivedKeys(store, snapshot);
  return snapshot.files
    .flatMap((file) => fileKeys(snapshot, file))
    .filter((key) => archived.has(key));
}
