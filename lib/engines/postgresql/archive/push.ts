import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { lockedWrites } from '../../../catalog/locked-writes.ts';
import { claimStore } from '../../../catalog/reader.ts';
import { checkLineage } from '../lineage.ts';
import type { PostgresqlRun } from '../run.ts';
import { WalArchive } from '../wal/archive.ts';
import { WalRefusedError } from '../wal/errors.ts';
import { isFinal } from '../wal/failures.ts';
import { segmentRecords } from '../wal/records.ts';
import { walRow } from '../wal/wal-row.ts';
import { recordPushed, recordRefused } from './push-record.ts';
import { type PushedSegment, readSegment } from './read-segment.ts';
import { readyAfter } from './ready.ts';
import { Spool } from './spool.ts';
import { storeSegments } from './store-segments.ts';
import { systemIdBeside } from './system-id.ts';
import { type WalFileName, walFileName } from './wal-file.ts';

export interface PushOptions {
  /** What the server writes for `%p`: the path of a file, from its data directory. */
  readonly path: string;
  /** System identifier of another cluster that deliberately takes the place of the one in the store. */
  readonly acceptSystemId?: string;
  /** Milliseconds; the server calls again. @default a minute */
  readonly giveUpAfterMs?: number;
}

/** How much is stored in one call beyond what was asked for. */
const AHEAD_BYTES = 256 * 1024 * 1024;
const GIVE_UP_MS = 60_000;
const RECORD_WITHIN_MS = 15_000;

/**
 * What an `archive_command` does: when it returns, the file is in the store, or was there already with the same bytes.
 * Segments that wait behind it are stored along with it, because to start a program for each would take longer than to
 * store it.
 * @throws WalConflictError if other bytes are there; WalRefusedError, PreflightError, StoreError; the signal's reason
 */
export async function pushWal(context: PostgresqlRun, options: PushOptions): Promise<void> {
  const file = walFileName(basename(options.path));
  if (!file) {
    throw new WalRefusedError(
      `${options.path} is no file of a server's WAL; in postgresql.conf: archive_command = 'tidemark wal-push %p'`,
    );
  }
  const { giveUpAfterMs = GIVE_UP_MS } = options;
  const ended = new AbortController();
  const timer = setTimeout(() => {
    ended.abort(new Error(`${file.name} could not be stored within ${giveUpAfterMs / 1000} s`));
  }, giveUpAfterMs);
  const run = { ...context, signal: AbortSignal.any([context.signal, ended.signal]) };
  try {
    if (file.kind === 'segment') await pushSegment(run, context.signal, options, file);
    else await pushOther(run, options, file);
  } finally {
    clearTimeout(timer);
  }
}

async function pushOther(run: PostgresqlRun, options: PushOptions, file: WalFileName) {
  const { path } = options;
  if (file.kind !== 'partial') {
    const content = await readFile(path);
    const { archive } = await open(run, options, await systemIdBeside(path));
    await archive.text(file.timeline, { name: file.name, content }, run.signal);
    return;
  }
  const segment = await readSegment(path, file);
  const { archive } = await open(run, options, segment.systemId);
  // Behind the last record lies what the timeline never had.
  segment.filled = Number(segmentRecords(segment.bytes).end - segment.start);
  await archive.partial(segment, run.signal);
}

async function pushSegment(
  run: PostgresqlRun,
  interrupted: AbortSignal,
  options: PushOptions,
  file: WalFileName,
) {
  const startedAt = run.now();
  const first = await readSegment(options.path, file);
  const { spool, archive } = await open(run, options, first.systemId);
  if (spool && (await wasPushed(spool, first))) return;
  try {
    // Without a place to leave word, what is stored ahead would be stored again.
    const ahead = spool ? await waiting(options.path, first) : [];
    const stored = await storeSegments(run, archive, first, ahead);
    // What is stored counts when the time was up for what waits behind it too: a slow network would never get on else.
    const signal = AbortSignal.any([interrupted, AbortSignal.timeout(RECORD_WITHIN_MS)]);
    await recordPushed({ ...run, signal }, startedAt, first, stored);
    await spool?.leave(new Map(stored.slice(1).map(({ name, sha256 }) => [name, sha256])));
  } catch (error) {
    if (isFinal(error)) await recordRefused(run, startedAt, first, error);
    throw error;
  }
}

/** Whether an earlier call stored exactly these bytes, and wrote that down. */
async function wasPushed(spool: Spool, { name, bytes }: PushedSegment): Promise<boolean> {
  const sha256 = await spool.take(name);
  return sha256 !== undefined && sha256 === createHash('sha256').update(bytes).digest('hex');
}

/** Paths of the segments that wait behind this one. */
async function waiting(path: string, { name, bytes }: PushedSegment): Promise<string[]> {
  const names = await readyAfter(path, name, bytes.length, Math.floor(AHEAD_BYTES / bytes.length));
  return names.map((next) => join(dirname(path), next));
}

/** Looks whose store it is, and whether the cluster is the source's: once, as long as the spool is there. */
async function open(run: PostgresqlRun, { acceptSystemId }: PushOptions, systemId: string) {
  const { store, compiled, source } = run;
  const place = { class: walRow(run).class, source: source.name, systemId };
  const archive = new WalArchive({ ...run, store: lockedWrites(store, compiled, run.now) }, place);
  const known = await Spool.find(run, systemId, 'push');
  if (known) return { archive, spool: known };
  await claimStore(store, compiled.plan, compiled.environment);
  await checkLineage(run, systemId, acceptSystemId);
  return { archive, spool: await Spool.make(run, systemId, 'push') };
}
