import { type Lsn, parseSegmentName, segmentName, segmentStart } from '../lsn.ts';
import type { TimelineStep } from './timelines.ts';

/** Something that holds one segment. `source` is whatever reads it. */
export interface SegmentSource<T> {
  /** Bytes from this position on are padding; undefined = the segment is whole. */
  readonly durable: Lsn | undefined;
  readonly source: T;
}

/** The WAL of one segment that a recovery will be given, under its plain name. */
export interface WalPiece<T> {
  readonly name: string;
  readonly start: Lsn;
  /** False where the end is padding. */
  readonly whole: boolean;
  readonly source: T;
}

export interface Coverage<T> {
  readonly history: readonly TimelineStep[];
  /** Without a gap from the base's start, oldest first. */
  readonly pieces: readonly WalPiece<T>[];
  /** Everything before this position is stored. */
  readonly end: Lsn;
  /** Set if WAL behind `end` is stored too: no recovery can reach it. */
  readonly gap: { readonly missing: string; readonly next: string } | undefined;
}

interface CoverageInput<T> {
  /** Start of the base backup. */
  readonly from: Lsn;
  readonly segmentSize: number;
  readonly history: readonly TimelineStep[];
  /** By plain segment name. */
  readonly stored: ReadonlyMap<string, SegmentSource<T>>;
}

/**
 * Follows one history from a base backup as far as the stored WAL goes without a gap. The segment in which a
 * timeline ends is taken from its successor, which holds a copy of its beginning: the ancestor's own one
 * may go on with what was abandoned.
 */
export function cover<T>({ from, segmentSize, history, stored }: CoverageInput<T>): Coverage<T> {
  const pieces: WalPiece<T>[] = [];
  let end = segmentStart(from, segmentSize);
  for (;;) {
    const start = end;
    const name = nameIn(history, start, segmentSize);
    const found = stored.get(name);
    if (!found) break;
    pieces.push({ name, start, whole: found.durable === undefined, source: found.source });
    end = found.durable ?? start + BigInt(segmentSize);
    if (found.durable !== undefined) break;
  }
  const missing = segmentStart(end, segmentSize);
  let next: { name: string; start: Lsn } | undefined;
  for (const name of stored.keys()) {
    const { start } = parseSegmentName(name, segmentSize);
    const behind = start > missing && name === nameIn(history, start, segmentSize);
    if (behind && (!next || start < next.start)) next = { name, start };
  }
  const gap = next && { missing: nameIn(history, missing, segmentSize), next: next.name };
  return { history, pieces, end, gap };
}

/** Name of the segment that starts here, on the timeline that the history has in it. */
function nameIn(history: readonly TimelineStep[], start: Lsn, segmentSize: number): string {
  const step = history.findLast(({ from }) => from < start + BigInt(segmentSize));
  return segmentName(step?.timeline ?? 1, start, segmentSize);
}
