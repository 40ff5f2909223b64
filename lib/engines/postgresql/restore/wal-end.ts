import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLsn, type Lsn, segmentStart } from '../lsn.ts';
import { RecoveryError } from './errors.ts';

const PAGE = 8192n;
/** Headers at the start of a page, and of a segment's first page. */
const PAGE_HEADER = 24n;
const SEGMENT_HEADER = 40n;

interface StagedWal {
  readonly folder: string;
  readonly segmentSize: number;
  /** Everything before this position was given to the recovery. */
  readonly end: Lsn;
  /** Plain name of the segment that starts there. */
  readonly nameOf: (start: Lsn) => string | undefined;
}

/**
 * Proves that a recovery stopped where the WAL ends. A server takes whatever it cannot read for the end of the
 * WAL and promotes without the rest, so what stands behind the position that it reached has to be
 * either nothing or one record that the end cuts off. Returns which of them.
 * @throws RecoveryError
 */
export async function requireWholeReplay(
  reached: Lsn,
  wal: StagedWal,
): Promise<'nothing' | 'cut record'> {
  const header = skipHeader(reached, wal.segmentSize);
  if (header >= wal.end) return 'nothing';
  const length = await recordLength(header, wal);
  const last = header + recordExtent(header, length, wal.segmentSize);
  if (length > 0n && last > wal.end) return 'cut record';
  throw new RecoveryError(
    `recovery ended at ${formatLsn(reached)} although WAL is stored up to ${formatLsn(wal.end)}; the restored directory lacks the rest and stays marked as incomplete`,
  );
}

/** A record never begins inside of a page's header. */
function skipHeader(at: Lsn, segmentSize: number): Lsn {
  if (at % BigInt(segmentSize) === 0n) return at + SEGMENT_HEADER;
  return at % PAGE === 0n ? at + PAGE_HEADER : at;
}

/** The first four bytes of a record are its length, aligned so that no page cuts them; 0 = no record. */
async function recordLength(at: Lsn, wal: StagedWal): Promise<bigint> {
  const start = segmentStart(at, wal.segmentSize);
  const name = wal.nameOf(start);
  if (name === undefined) return 0n;
  let file: FileHandle | undefined;
  try {
    file = await open(join(wal.folder, name));
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, Number(at - start));
    return BigInt(buffer.readUInt32LE());
  } finally {
    await file?.close();
  }
}

/** Bytes from a record's start to its end, with the page headers that it is broken by. */
function recordExtent(start: Lsn, length: bigint, segmentSize: number): bigint {
  let at = start;
  let left = length;
  while (left > 0n) {
    const room = PAGE - (at % PAGE);
    const step = left < room ? left : room;
    left -= step;
    at += step;
    if (left > 0n) at = skipHeader(at, segmentSize);
  }
  return at - start;
}
