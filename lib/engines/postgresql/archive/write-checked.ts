import { open } from 'node:fs/promises';
import { DamagedError } from '../../../catalog/errors.ts';
import { readWal, type StoredWal } from '../../../catalog/wal.ts';
import { parseSegmentName } from '../lsn.ts';
import { parseHistory } from '../restore/timelines.ts';
import type { PostgresqlRun } from '../run.ts';
import { SEGMENT_HEADER_BYTES, segmentHeader } from '../wal/segment-header.ts';

/**
 * Writes what is stored to a file, which is on the disk when this returns. The frame's checksum is compared as it is
 * decoded; whether it is the WAL that it should be, its header tells.
 * @throws DamagedError, StoreError; the signal's reason
 */
export async function writeChecked(
  { store, signal }: Pick<PostgresqlRun, 'store' | 'signal'>,
  stored: StoredWal,
  path: string,
): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    let head: Buffer = Buffer.alloc(0);
    let size = 0;
    for await (const chunk of readWal(store, stored, signal)) {
      const keeps = stored.kind === 'history' || head.length < SEGMENT_HEADER_BYTES;
      if (keeps) head = Buffer.concat([head, chunk]);
      size += chunk.length;
      await file.writeFile(chunk);
    }
    if (stored.kind === 'history') parseHistory(stored.timeline, head.toString('utf8'));
    else checkSegment(stored, head, size);
    await file.sync();
  } finally {
    await file.close();
  }
}

function checkSegment({ key, name, systemId }: StoredWal, head: Buffer, size: number): void {
  const damaged = (found: string) =>
    new DamagedError(`${key} ${found}; it was altered and must not be used`);
  if (head.length < SEGMENT_HEADER_BYTES) throw damaged(`has only ${size} bytes after decoding`);
  const header = segmentHeader(head);
  if (size !== header.segmentSize) {
    throw damaged(`has ${size} bytes after decoding instead of ${header.segmentSize}`);
  }
  if (header.systemId !== systemId) throw damaged(`is of the cluster ${header.systemId}`);
  if (header.start !== parseSegmentName(name, size).start) throw damaged('holds another segment');
}
