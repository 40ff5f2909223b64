import { open } from 'node:fs/promises';
import { parseSegmentName } from '../lsn.ts';
import type { Segment } from '../wal/assembler.ts';
import { WalRefusedError } from '../wal/errors.ts';
import { SEGMENT_HEADER_BYTES, segmentHeader } from '../wal/segment-header.ts';
import type { WalFileName } from './wal-file.ts';

/** A segment that the server has finished with. */
export interface PushedSegment extends Segment {
  /** Decimal. */
  readonly systemId: string;
}

/** As long as segments that are streamed may be: each is held in memory. */
const MAX_SEGMENT_BYTES = 64 * 1024 * 1024;

/**
 * Reads a segment, or the unfinished one that a promotion left, as a whole.
 * @param into memory that nobody needs any more; it is used if it is as large as the file
 * @throws WalRefusedError if it is no segment
 */
export async function readSegment(
  path: string,
  { segment: name }: Pick<WalFileName, 'segment'>,
  into?: Buffer,
): Promise<PushedSegment> {
  const bytes = await readWhole(path, into);
  if (bytes.length < SEGMENT_HEADER_BYTES) {
    throw new WalRefusedError(
      `${path} has only ${bytes.length} bytes; a WAL segment begins with a header`,
    );
  }
  const { systemId, segmentSize, start } = segmentHeader(bytes);
  if (bytes.length !== segmentSize) {
    throw new WalRefusedError(
      `${path} has ${bytes.length} bytes, and its header says ${segmentSize}: it is no whole WAL segment`,
    );
  }
  const named = parseSegmentName(name, segmentSize);
  if (named.start !== start) {
    throw new WalRefusedError(`${path} holds another segment than its name says`);
  }
  return { name, timeline: named.timeline, start, bytes, filled: bytes.length, systemId };
}

async function readWhole(path: string, into: Buffer | undefined): Promise<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size > MAX_SEGMENT_BYTES) {
      throw new WalRefusedError(
        `${path} has ${size} bytes; segments of up to ${MAX_SEGMENT_BYTES} bytes (64 MiB) are supported`,
      );
    }
    const bytes = into?.length === size ? into : Buffer.allocUnsafeSlow(size);
    let filled = 0;
    while (filled < size) {
      const { bytesRead } = await file.read(bytes, filled, size - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await file.close();
  }
}
