import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { claimStore } from '../../../catalog/reader.ts';
import { type StoredWal, walSystemIds } from '../../../catalog/wal.ts';
import { withHidden } from '../../hidden-store.ts';
import type { PostgresqlRun } from '../run.ts';
import { WalHoleError, WalRefusedError } from '../wal/errors.ts';
import { findWal } from './find.ts';
import { Spool } from './spool.ts';
import { systemIdBeside } from './system-id.ts';
import { type WalFileName, walFileName } from './wal-file.ts';
import { writeChecked } from './write-checked.ts';

export interface FetchOptions {
  /** What the server writes for `%f`. */
  readonly name: string;
  /** What it writes for `%p`: where the file shall be, from its data directory. */
  readonly path: string;
}

/** Segments that are fetched in one call beyond the one that was asked for: to start a program for each takes longer. */
const AHEAD = 7;
const CONCURRENCY = 4;
/** Whoever pushes stores several segments at a time: one that is on its way is there within so long. */
const HOLE_MS = 10_000;
const LOOK_EVERY_MS = 1_000;

/**
 * What a `restore_command` does. True when the file is in its place, checked and on the disk; false when the WAL ends
 * before it. Everything else is an error: a server that is told that a file does not exist ends its recovery.
 * @throws WalHoleError, WalRefusedError, DamagedError, StoreError; the signal's reason
 */
export async function fetchWal(context: PostgresqlRun, options: FetchOptions): Promise<boolean> {
  const file = walFileName(options.name);
  if (file?.kind !== 'segment' && file?.kind !== 'history') {
    throw new WalRefusedError(
      `${options.name} is no file that a recovery needs; in postgresql.conf: restore_command = 'tidemark wal-fetch %f %p'`,
    );
  }
  const run = withHidden(context);
  const systemId = await systemIdBeside(options.path);
  const spool = await Spool.find(run, systemId, 'fetch');
  if (spool && (await takeOver(spool, file, options.path))) return true;
  const found = await findPatiently(run, systemId, file);
  if (!found) {
    await requireArchive(run, systemId);
    return false;
  }
  const { wanted, following } = found;
  const ahead = wanted.kind === 'segment' ? following.slice(0, AHEAD) : [];
  const later = ahead.length > 0 ? prefetch(run, systemId, ahead) : Promise.resolve();
  try {
    await put(run, wanted, options.path);
  } finally {
    await later;
  }
  return true;
}

async function findPatiently(run: PostgresqlRun, systemId: string, file: WalFileName) {
  const deadline = performance.now() + HOLE_MS;
  for (;;) {
    try {
      return await findWal(run, systemId, file);
    } catch (error) {
      if (!(error instanceof WalHoleError) || performance.now() > deadline) throw error;
    }
    await delay(LOOK_EVERY_MS, undefined, { signal: run.signal });
  }
}

/**
 * In a place where nothing is, nothing says where the WAL ends: a wrong address is not the end of a recovery.
 * @throws WalRefusedError, ForeignStoreError
 */
async function requireArchive(
  { store, compiled, source }: PostgresqlRun,
  systemId: string,
): Promise<void> {
  await claimStore(store, compiled.plan, compiled.environment, { readOnly: true });
  const known = await walSystemIds(store, source.name);
  if (known.has(systemId)) return;
  throw new WalRefusedError(
    `${store.url} holds no WAL of ${source.name} of the cluster ${systemId}${known.size > 0 ? `, but of ${[...known].join(' and ')}` : ''}; check the store and the source that the command names`,
  );
}

/** Under another name until it is whole: a server never sees half of a file. */
async function put(run: PostgresqlRun, stored: StoredWal, path: string): Promise<void> {
  const temporary = `${path}.tidemark`;
  try {
    await writeChecked(run, stored, temporary);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** What fails here is fetched again when it is asked for, and then says why. */
async function prefetch(run: PostgresqlRun, systemId: string, ahead: readonly StoredWal[]) {
  const spool = await Spool.make(run, systemId, 'fetch');
  if (!spool) return;
  await spool.keepOnly(new Set(ahead.map(({ name }) => name)));
  const waiting = ahead.values();
  const worker = async () => {
    for (const stored of waiting) {
      if (run.signal.aborted) return;
      await put(run, stored, spool.path(stored.name)).catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY - 1 }, worker));
}

/** Puts a segment that an earlier call fetched and checked into its place. */
async function takeOver(spool: Spool, { name }: WalFileName, path: string): Promise<boolean> {
  const fetched = await open(spool.path(name)).catch(() => undefined);
  if (!fetched) return false;
  const temporary = `${path}.tidemark`;
  try {
    const target = await open(temporary, 'w', 0o600);
    try {
      for await (const chunk of fetched.createReadStream({
        autoClose: false,
        highWaterMark: 1 << 20,
      })) {
        await target.writeFile(chunk);
      }
      await target.sync();
    } finally {
      await target.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  } finally {
    await fetched.close();
  }
  await syncFolder(dirname(path));
  await spool.remove(name);
  return true;
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  await folder.sync().finally(() => folder.close());
}
