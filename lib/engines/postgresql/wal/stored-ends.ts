import { listWal } from '../../../catalog/wal.ts';
import type { ObjectStore } from '../../../stores/store.ts';
import { type Lsn, parseSegmentName } from '../lsn.ts';

/** How far the WAL of one timeline is stored. */
export interface StoredEnd {
  /** End of the last whole segment; undefined if there is only a partial one. */
  readonly whole: Lsn | undefined;
  /** Every segment from here to `whole` is stored. */
  readonly since: Lsn;
  /** The same as `whole`, or further where a partial segment goes on. */
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
    const { start } = parseSegmentName(name, segmentSize);
    const end = start + BigInt(segmentSize);
    const known = ends.get(timeline);
    const later = kind === 'segment' && end > (known?.whole ?? 0n);
    ends.set(timeline, {
      whole: later ? end : known?.whole,
      // Ordered by name within a class: a segment that does not follow on the last one begins a new run.
      since: later && known?.whole !== start ? start : (known?.since ?? start),
      durable: latest(known?.durable, durable ?? end),
    });
  }
  return ends;
}

function latest(a: Lsn | undefined, b: Lsn): Lsn {
  return a !== undefined && a > b ? a : b;
}
