import { basename } from 'node:path';
import type { PostgresqlRun } from '../run.ts';
import type { WalArchive } from '../wal/archive.ts';
import { filledTo } from '../wal/assembler.ts';
import { segmentRecords } from '../wal/records.ts';
import type { Stored } from './push-record.ts';
import { type PushedSegment, readSegment } from './read-segment.ts';
import { walFileName } from './wal-file.ts';

/** Memory for segments that are stored at the same time. */
const MEMORY_BYTES = 64 * 1024 * 1024;
const CONCURRENCY = 2;

/**
 * Stores several at a time and returns those that are stored without a gap from the first one on. What comes after it may
 * fail: the server asks again.
 */
export async function storeSegments(
  run: PostgresqlRun,
  archive: WalArchive,
  first: PushedSegment,
  ahead: readonly string[],
): Promise<Stored[]> {
  const results: (Stored | undefined)[] = [];
  const failed = new AbortController();
  const signal = AbortSignal.any([run.signal, failed.signal]);
  const store = async (segment: PushedSegment): Promise<Stored> => ({
    name: segment.name,
    sha256: await archive.segment(segment, signal),
    end: filledTo(segment),
    lastCommitAt: segmentRecords(segment.bytes).lastCommitAt,
  });
  const paths = ahead.entries();
  const follow = async (memory?: Buffer) => {
    let free = memory;
    for (const [index, path] of paths) {
      if (signal.aborted) return;
      const next = await readNext(path, first, free);
      if (!next) continue;
      free = next.bytes;
      results[index + 1] = await store(next);
    }
  };
  const lead = async () => {
    results[0] = await store(first);
  };
  const workers = Math.min(CONCURRENCY, Math.floor(MEMORY_BYTES / first.bytes.length));
  const [led] = await Promise.allSettled([
    lead()
      .catch((error: unknown) => {
        failed.abort(error);
        throw error;
      })
      .then(() => follow(first.bytes)),
    ...Array.from({ length: workers - 1 }, () => follow()),
  ]);
  if (led?.status === 'rejected' && results[0] === undefined) throw led.reason;
  const stored: Stored[] = [];
  for (const result of results) {
    if (!result) break;
    stored.push(result);
  }
  return stored;
}

/** Undefined where it is gone, or is another cluster's: it is not what was asked for. */
async function readNext(path: string, { systemId }: PushedSegment, free: Buffer | undefined) {
  const file = walFileName(basename(path));
  const segment = file && (await readSegment(path, file, free).catch(() => undefined));
  return segment?.systemId === systemId ? segment : undefined;
}
