import { formatLsn, type Lsn, parseLsn } from '../lsn.ts';
import type { PostgresqlRun } from '../run.ts';
import type { WalPiece } from './coverage.ts';
import { RestoreWindowError } from './errors.ts';
import { progress } from './progress.ts';
import { type RestorePoint, RestorePointReader } from './restore-points.ts';
import type { WalReader } from './stage-wal.ts';
import type { Route } from './window.ts';

/** As many as a person reads in an error. */
const TOLD = 5;

/**
 * Reads stored WAL until it holds a restore point of this name: from the newest base backup on, then from the one before
 * it, and so on. No index of names is kept, because nobody tells the WAL stream of one.
 * @throws RestoreWindowError that names those that there are; DamagedError if WAL on the way was altered
 */
export async function findRestorePoint(
  run: PostgresqlRun,
  routes: readonly Route<WalReader>[],
  name: string,
): Promise<Lsn> {
  const read = new Set<string>();
  const others = new Map<string, RestorePoint>();
  const newestFirst = [...routes].sort((a, b) => b.from.getTime() - a.from.getTime());
  for (const { base, coverage } of newestFirst) {
    const { endLsn: end, walSegmentSize } = base.position;
    const from = parseLsn(end);
    const pieces = coverage.pieces.filter(
      (piece) => piece.start + BigInt(walSegmentSize) > from && !read.has(piece.name),
    );
    const found: RestorePoint[] = [];
    for await (const point of readPoints(run, pieces, walSegmentSize)) {
      // What was written before the backup's end is in the data, and needs an older backup.
      if (point.lsn < from) continue;
      if (point.name === name) found.push(point);
      else others.set(point.name, point);
    }
    const newest = found.at(-1);
    if (newest) {
      tell(run, found, newest);
      return newest.lsn;
    }
    // That in which the backup ends may hold one from before its end.
    for (const piece of pieces) if (piece.start >= from) read.add(piece.name);
  }
  throw new RestoreWindowError(
    `the stored WAL has no restore point ${JSON.stringify(name)} behind a base backup; ${othersText(others)}`,
  );
}

async function* readPoints(
  run: PostgresqlRun,
  pieces: readonly WalPiece<WalReader>[],
  segmentSize: number,
): AsyncGenerator<RestorePoint> {
  const onBytes = progress(run, 'looking for the restore point', pieces.length * segmentSize);
  let reader: RestorePointReader | undefined;
  let next: Lsn | undefined;
  for (const { start, source } of pieces) {
    if (!reader || start !== next) reader = new RestorePointReader(start, segmentSize);
    next = start + BigInt(segmentSize);
    for await (const chunk of source.read(run.signal)) {
      yield* reader.push(chunk);
      onBytes(chunk.length);
    }
  }
}

function tell(
  { report }: PostgresqlRun,
  found: readonly RestorePoint[],
  newest: RestorePoint,
): void {
  const where = ({ lsn, at }: RestorePoint) => `${formatLsn(lsn)} of ${at.toISOString()}`;
  const text = `restore point ${JSON.stringify(newest.name)} is ${where(newest)}`;
  const older = found.slice(0, -1).map(where);
  report(
    older.length === 0
      ? { level: 'info', message: text }
      : {
          level: 'warning',
          message: `${text}, the newest of that name; for another one name its position (--to-lsn): ${older.join(', ')}`,
        },
  );
}

function othersText(others: ReadonlyMap<string, RestorePoint>): string {
  if (others.size === 0) return 'it has none at all; name a moment or a position instead';
  const newest = [...others.values()].sort((a, b) => b.at.getTime() - a.at.getTime());
  const told = newest.slice(0, TOLD).map(({ name }) => JSON.stringify(name));
  return `it has ${told.join(', ')}${newest.length > TOLD ? ` and ${newest.length - TOLD} more` : ''}`;
}
