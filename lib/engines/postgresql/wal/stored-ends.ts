import { listWal } from '../../../catalog/wal.ts';
import type { ObjectStore } from '../../../stores/store.ts';
import { type Lsn, parseSegmentName } from '../lsn.ts';

/** How far the WAL of one timeline is stored. */
export interface StoredEnd {
  /** End of the last whole segment; undefined if there is only a partial one. */
  readonly whole: Lsn | undefined;
  /** The same, or further where a partial segment goes on. */
  readonly durable: Lsn;
}

/** By timeline, over every retention class that WAL was ever written with. Reads lists only. */
export async function storedEnds(
  store: ObjectStore,
  source: string,
  systemId: string,
  segmentSize: number,
): Promise<Map<number, StoredEnd>> {
  const ends = new Map<number, StoredEnd>();
  for await (const { kind, name, timeline, durable } of listWal(store, source, systemId)) {
    if (kind === 'history') continue;
    const whole = parseSegmentName(name, segmentSize).start + BigInt(segmentSize);
    const known = ends.get(timeline);
    ends.set(timeline, {
      whole: kind === 'segment' ? later(known?.whole, whole) : known?.whole,
      durable: later(known?.durable, durable ?? whole),
    });
  }
  return ends;
}

function later(a: Lsn | undefined, b: Lsn): Lsn {
  return a !== undefined && a > b ? a : b;
}
