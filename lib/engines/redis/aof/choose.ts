import {
  chainOf,
  listGenerations,
  readGeneration,
  type StoredGeneration,
  type StoredPiece,
} from '../../../catalog/aof.ts';
import { DamagedError } from '../../../catalog/errors.ts';
import type { AofRun } from '../../../catalog/run-record.ts';
import { forEach } from '../../../catalog/small-objects.ts';
import type { ObjectStore } from '../../../stores/store.ts';
import { damaged, endOf, findNewest, lastByte, seenLast } from './newest.ts';
import { aofRecords, PROOFS, recordKeys, startOf } from './records.ts';

/** A state that the append-only log leads to. */
export interface AofState {
  readonly generation: StoredGeneration;
  /** The log from the base on, all of which belongs to the state. */
  readonly pieces: readonly StoredPiece[];
  /** What follows it: of this, only what annotations say is old enough belongs to the state. */
  readonly younger: readonly StoredPiece[];
  /** Nothing at or after this moment belongs to the state; undefined for the latest one. */
  readonly until: Date | undefined;
  /** Everything that was written before this moment is in `pieces`. */
  readonly covers: Date;
  /** Keys that the server had then, as `db0.keys`; undefined where it could not be told. */
  readonly counts: ReadonlyMap<string, number> | undefined;
}

/** From and to: every moment in between can be restored. */
export interface AofWindow {
  readonly from: Date;
  readonly to: Date;
}

/** The state that the log leads to; undefined if it does not lead to the moment. @throws DamagedError where some of it is gone */
export async function chooseAof(
  store: ObjectStore,
  source: string,
  time: Date | 'latest',
  now: Date,
): Promise<AofState | undefined> {
  try {
    return await choose(store, source, time, now);
  } catch (error) {
    if (!(error instanceof DamagedError)) throw error;
    // The log may have grown between a look at it and one at the records, which tell of more then.
    return choose(store, source, time, now);
  }
}

async function choose(
  store: ObjectStore,
  source: string,
  time: Date | 'latest',
  now: Date,
): Promise<AofState | undefined> {
  const generations = await readGenerations(store, source);
  if (time === 'latest') return latest(store, source, generations, now);
  const states = generations
    .filter(({ base }) => base.writtenAt <= time)
    .map((generation) => stateAt(generation, time));
  // Where several lead there, the one that is known best; of equals the newest, whose log is the shortest.
  states.sort((a, b) => Number(b.covers) - Number(a.covers) || compare(b, a));
  for (const state of states) {
    if (state.younger.length > 0 || state.covers >= time) return state;
    const { generation } = state;
    const end = endOf(state.pieces);
    const stored = lastByte(generation);
    if (end < stored) throw damaged(generation.id, end, stored, time);
    const proof = await proofAfter(store, source, generation, time, now);
    if (!proof) continue;
    const { durable } = proof;
    if (durable !== null && durable > end) throw damaged(generation.id, end, durable, time);
    return { ...state, covers: time };
  }
  return undefined;
}

/** Which moments can be restored, oldest first, for people. */
export async function aofWindows(
  store: ObjectStore,
  source: string,
  now: Date,
): Promise<AofWindow[]> {
  const generations = await readGenerations(store, source);
  const newest = await findNewest(store, source, generations, now);
  return generations.map((generation) => ({
    from: generation.base.writtenAt,
    to: newest?.generation === generation ? newest.covers : seenLast(generation),
  }));
}

async function readGenerations(store: ObjectStore, source: string): Promise<StoredGeneration[]> {
  const places = await listGenerations(store, source);
  const found = await forEach(places, (place) => readGeneration(store, place));
  return found.filter((generation) => generation !== undefined);
}

async function latest(
  store: ObjectStore,
  source: string,
  generations: readonly StoredGeneration[],
  now: Date,
): Promise<AofState | undefined> {
  const newest = await findNewest(store, source, generations, now);
  if (!newest) return undefined;
  const { generation, covers, record, damage } = newest;
  if (damage) throw damage;
  const pieces = chainOf(generation);
  const atEnd = record?.durable === endOf(pieces) && record.counts ? record.counts : undefined;
  const counts = atEnd && new Map(Object.entries(atEnd));
  return { generation, pieces, younger: [], until: undefined, covers, counts };
}

function stateAt(generation: StoredGeneration, until: Date): AofState {
  const pieces = chainOf(generation, ({ asOf }) => asOf <= until);
  const position = endOf(pieces);
  const all = generation.pieces.map((piece) => ({ ...piece, from: piece.from - position }));
  const younger = chainOf({ pieces: all }).map((piece) => ({
    ...piece,
    from: piece.from + position,
  }));
  const covers = pieces.at(-1)?.asOf ?? generation.base.writtenAt;
  return { generation, pieces, younger, until, covers, counts: undefined };
}

const compare = (a: AofState, b: AofState): number => (a.generation.id < b.generation.id ? -1 : 1);

/** A record that says: at a later moment there was nothing that is not stored in this generation. */
async function proofAfter(
  store: ObjectStore,
  source: string,
  { id }: StoredGeneration,
  time: Date,
  now: Date,
): Promise<AofRun | undefined> {
  const keys = await recordKeys(store, source, time, now);
  const after = keys.filter((key) => startOf(key) >= time.getTime() - 1000).slice(0, PROOFS);
  const records = await aofRecords(store, after);
  return records.find(
    ({ generation, serverTime }) =>
      generation === id && serverTime !== null && Date.parse(serverTime) >= time.getTime(),
  );
}
