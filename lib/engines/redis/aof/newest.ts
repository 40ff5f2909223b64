import { chainOf, type StoredGeneration, type StoredPiece } from '../../../catalog/aof.ts';
import { DamagedError } from '../../../catalog/errors.ts';
import type { AofRun } from '../../../catalog/run-record.ts';
import type { ObjectStore } from '../../../stores/store.ts';
import { aofRecords, PROOFS, recordKeys } from './records.ts';

/** The generation that leads furthest. */
interface Newest {
  readonly generation: StoredGeneration;
  /** Everything that was written before this moment is in it. */
  readonly covers: Date;
  /** The newest record, if it tells of this generation. */
  readonly record: AofRun | undefined;
  /** More was stored, and is gone. */
  readonly damage: LostLogError | undefined;
}

/** Some of the log is gone. */
export class LostLogError extends DamagedError {
  /** How far it led. */
  readonly reached: Date;

  constructor(message: string, reached: Date) {
    super(message);
    this.reached = reached;
  }
}

/**
 * Finds it by what is there, and by what the newest record says that there was: a generation that lost its base is not
 * there at all, and one that lost a piece seems to end before it.
 */
export async function findNewest(
  store: ObjectStore,
  source: string,
  generations: readonly StoredGeneration[],
  now: Date,
): Promise<Newest | undefined> {
  // A generation that begins may not be as far as the one before.
  const [furthest] = [...generations].sort(
    (a, b) => Number(seenLast(b)) - Number(seenLast(a)) || (a.id < b.id ? 1 : -1),
  );
  if (!furthest) return undefined;
  const seen = seenLast(furthest);
  const newest = await newestRecord(store, source, furthest.base.writtenAt, now);
  const proven = new Date(newest?.serverTime ?? 0);
  const record = newest?.generation === furthest.id || proven >= seen ? newest : undefined;
  const generation = record ? generations.find(({ id }) => id === record.generation) : furthest;
  if (!generation) {
    const damage = damaged(record?.generation ?? '', undefined, record?.durable ?? 0, proven);
    return { generation: furthest, covers: seen, record: undefined, damage };
  }
  const end = endOf(chainOf(generation));
  const stored = Math.max(record?.durable ?? 0, lastByte(generation));
  const covers = later(seenLast(generation), record && proven);
  if (end >= stored) return { generation, covers, record, damage: undefined };
  const reached = generation.pieces.reduce((last, { asOf }) => later(last, asOf), covers);
  const damage = damaged(generation.id, end, stored, reached);
  return { generation, covers: seen, record, damage };
}

const later = (one: Date, other: Date | undefined): Date => (other && other > one ? other : one);

/** @param end undefined where the base is gone */
export function damaged(
  id: string,
  end: number | undefined,
  stored: number,
  reached: Date,
): LostLogError {
  const what =
    end === undefined
      ? `the base of generation ${id} is gone, and with it the whole log`
      : `of the log of generation ${id} everything behind byte ${end} is gone`;
  return new LostLogError(
    `${what}, and it was stored up to byte ${stored}; restore to a moment before, a backup by its id, or from the replica bucket`,
    reached,
  );
}

/** When the newest of what is stored was looked at. */
export const seenLast = (generation: StoredGeneration): Date =>
  chainOf(generation).at(-1)?.asOf ?? generation.base.writtenAt;

/** Behind the last byte of a log without a gap. */
export const endOf = (chain: readonly StoredPiece[]): number => chain.at(-1)?.to ?? 0;

/** Behind the last byte that is there, whether the log leads to it or not. */
export const lastByte = ({ pieces }: StoredGeneration): number =>
  pieces.reduce((last, { to }) => Math.max(last, to), 0);

/** Of any generation of which something is stored. */
async function newestRecord(
  store: ObjectStore,
  source: string,
  from: Date,
  now: Date,
): Promise<AofRun | undefined> {
  const keys = await recordKeys(store, source, from, now);
  const records = await aofRecords(store, keys.slice(-PROOFS));
  // Ids of one second are in no order.
  return records
    .filter(({ durable }) => durable !== null)
    .sort((a, b) => (a.endedAt < b.endedAt ? -1 : 1))
    .at(-1);
}
