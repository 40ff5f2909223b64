import { createHash } from 'node:crypto';
import { DamagedError } from '../../../catalog/errors.ts';
import type { WalRun } from '../../../catalog/run-record.ts';
import type { VerifyOptions } from '../../../catalog/verify.ts';
import { listWal, readWal, type StoredWal, walSystemIds } from '../../../catalog/wal.ts';
import { ObjectNotFoundError } from '../../../stores/errors.ts';
import type { ObjectStore } from '../../../stores/store.ts';
import { parseLsn, parseSegmentName, segmentName } from '../lsn.ts';

export interface WalVerification {
  /** Objects that were read: whole segments, partials and histories. */
  readonly segments: number;
  /** Stored bytes that were read. */
  readonly bytes: number;
  /** Each names the object, what was expected and what was found. */
  readonly problems: string[];
}

/**
 * Reads all stored WAL of a source again: every object decodes to a whole segment of its cluster and its place, has the
 * digest that the streamer recorded, and no segment is missing but for recorded gaps.
 * @param runs records of the WAL streamer, for digests and gaps
 */
export async function verifyWal(
  store: ObjectStore,
  source: string,
  runs: readonly WalRun[],
  options: VerifyOptions = {},
): Promise<WalVerification> {
  const digests = new Map(
    runs.flatMap((run) => run.segments.map((s) => [`${run.systemId}/${s.name}`, s.sha256])),
  );
  const result = { segments: 0, bytes: 0, problems: [] as string[] };
  for (const systemId of await walSystemIds(store, source)) {
    const names = new Map<number, string[]>();
    let segmentSize: number | undefined;
    for await (const stored of listWal(store, source, systemId)) {
      try {
        const size = await verifyObject(
          store,
          stored,
          digests.get(`${systemId}/${stored.name}`),
          options.signal,
        );
        segmentSize ??= size;
      } catch (error) {
        if (!(error instanceof DamagedError || error instanceof ObjectNotFoundError)) throw error;
        result.problems.push(error.message);
      }
      result.segments++;
      result.bytes += stored.size;
      options.onBytes?.(stored.size);
      if (stored.kind !== 'segment') continue;
      const own = names.get(stored.timeline) ?? [];
      names.set(stored.timeline, own);
      own.push(stored.name);
    }
    const gaps = runs.flatMap((run) => (run.systemId === systemId && run.gap ? [run.gap] : []));
    if (segmentSize !== undefined) result.problems.push(...missing(names, segmentSize, gaps));
  }
  return result;
}

/** Layout of a segment's first page header: timeline at 4, position at 8, system identifier at 24, segment size at 32 (PostgreSQL's xlog_internal.h). */
const HEADER_BYTES = 36;

/** Returns the segment size, undefined for a history. @throws DamagedError */
async function verifyObject(
  store: ObjectStore,
  stored: StoredWal,
  sha256: string | undefined,
  signal: AbortSignal | undefined,
): Promise<number | undefined> {
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  let size = 0;
  for await (const chunk of readWal(store, stored, signal)) {
    if (head.length < HEADER_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEADER_BYTES)]);
    size += chunk.byteLength;
    hash.update(chunk);
  }
  if (stored.kind === 'history') return undefined;
  const damaged = (found: string) =>
    new DamagedError(`${stored.key} ${found}; it was altered and must not be used`);
  if (head.length < HEADER_BYTES) throw damaged(`has only ${size} bytes after decoding`);
  const segmentSize = head.readUInt32LE(32);
  if (size !== segmentSize)
    throw damaged(`has ${size} bytes after decoding instead of ${segmentSize}`);
  if (head.readBigUInt64LE(24).toString() !== stored.systemId) {
    throw damaged(`is of the cluster ${head.readBigUInt64LE(24)}`);
  }
  if (head.readBigUInt64LE(8) !== parseSegmentName(stored.name, segmentSize).start) {
    throw damaged('holds another segment');
  }
  // The segment in which a timeline began starts with pages of its ancestor.
  const timeline = head.readUInt32LE(4);
  if (timeline === 0 || timeline > stored.timeline) throw damaged(`is of timeline ${timeline}`);
  const found = hash.digest('hex');
  if (stored.kind === 'segment' && sha256 !== undefined && found !== sha256) {
    throw damaged(`has the SHA-256 ${found} after decoding instead of ${sha256}`);
  }
  return segmentSize;
}

/** Segments that lie between stored ones of a timeline, except where a gap is on record. */
function missing(
  names: ReadonlyMap<number, readonly string[]>,
  segmentSize: number,
  gaps: readonly { readonly from: string; readonly to: string }[],
): string[] {
  const problems: string[] = [];
  for (const [timeline, list] of names) {
    const starts = [...new Set(list.map((name) => parseSegmentName(name, segmentSize).start))].sort(
      (a, b) => (a < b ? -1 : 1),
    );
    for (const [index, start] of starts.entries()) {
      const before = starts[index - 1];
      const expected = before === undefined ? start : before + BigInt(segmentSize);
      if (start === expected) continue;
      const recorded = gaps.some(
        ({ from, to }) => parseLsn(from) <= start && parseLsn(to) >= expected,
      );
      if (recorded) continue;
      const count = (start - expected) / BigInt(segmentSize);
      problems.push(
        `${count} WAL ${count === 1n ? 'segment is' : 'segments are'} missing from ${segmentName(timeline, expected, segmentSize)} on; a restore cannot pass it: take a new base backup`,
      );
    }
  }
  return problems;
}
