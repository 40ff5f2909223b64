import {
  chainOf,
  listGenerations,
  readGeneration,
  type StoredGeneration,
  type StoredPiece,
} from '../../../catalog/aof.ts';
import { DamagedError } from '../../../catalog/errors.ts';
import { isOf, listRuns, readRunRecords } from '../../../catalog/reader.ts';
import type { AofRun } from '../../../catalog/run-record.ts';
import { forEach } from '../../../catalog/small-objects.ts';
import type { ObjectStore } from '../../../stores/store.ts';

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

/** How many records behind a moment are looked at for a proof that nothing is missing up to it. */
const PROOFS = 20;

/** The state that the log leads to; undefined if it does not lead to the moment. @throws DamagedError where some of it is gone */
export async function chooseAof(
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
    const proof = await proofAfter(store, source, state.generation, time, now);
    if (proof) return { ...state, covers: time };
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
  const newest = await latest(store, source, generations, now);
  return generations.map((generation) => ({
    from: generation.base.writtenAt,
    to: newest?.generation === generation ? newest.covers : endOf(generation),
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
  // A generation that begins may not be as far as the one before.
  const [generation] = [...generations].sort(
    (a, b) => Number(endOf(b)) - Number(endOf(a)) || (a.id < b.id ? 1 : -1),
  );
  if (!generation) return undefined;
  const pieces = chainOf(generation);
  const end = pieces.at(-1)?.to ?? 0;
  const record = await newestRecord(store, source, generation, now);
  if (record?.durable != null && record.durable > end) {
    throw new DamagedError(
      `of the log of generation ${generation.id} everything behind byte ${end} is gone, and it was stored up to byte ${record.durable}; restore to a moment before, or from the replica bucket`,
    );
  }
  const proven = record?.serverTime ? new Date(record.serverTime) : undefined;
  const atEnd = record?.durable === end && record.counts ? record.counts : undefined;
  return {
    generation,
    pieces,
    younger: [],
    until: undefined,
    covers: new Date(Math.max(Number(proven ?? 0), Number(endOf(generation)))),
    counts: atEnd && new Map(Object.entries(atEnd)),
  };
}

function stateAt(generation: StoredGeneration, until: Date): AofState {
  const pieces = chainOf(generation, ({ asOf }) => asOf <= until);
  const position = pieces.at(-1)?.to ?? 0;
  const all = generation.pieces.map((piece) => ({ ...piece, from: piece.from - position }));
  const younger = chainOf({ pieces: all }).map((piece) => ({
    ...piece,
    from: piece.from + position,
  }));
  const covers = pieces.at(-1)?.asOf ?? generation.base.writtenAt;
  return { generation, pieces, younger, until, covers, counts: undefined };
}

/** When the newest of what is stored was looked at. */
const endOf = (generation: StoredGeneration): Date =>
  chainOf(generation).at(-1)?.asOf ?? generation.base.writtenAt;

const compare = (a: AofState, b: AofState): number => (a.generation.id < b.generation.id ? -1 : 1);

async function newestRecord(
  store: ObjectStore,
  source: string,
  { id, base }: StoredGeneration,
  now: Date,
): Promise<AofRun | undefined> {
  const keys = await recordKeys(store, source, base.writtenAt, now);
  const records = await aofRecords(store, keys.slice(-PROOFS));
  // Ids of one second are in no order.
  const own = records.filter(({ generation }) => generation === id);
  return own.sort((a, b) => (a.endedAt < b.endedAt ? -1 : 1)).at(-1);
}

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

async function recordKeys(store: ObjectStore, source: string, from: Date, to: Date) {
  const keys = await listRuns(store, source, { from, to });
  return keys.filter((key) => isOf(key, 'aof'));
}

async function aofRecords(store: ObjectStore, keys: readonly string[]): Promise<AofRun[]> {
  const records = await readRunRecords(store, keys);
  return records.filter((record): record is AofRun => record.action === 'aof');
}

/** The time in a record's key: when its run ended. */
function startOf(key: string): number {
  const [, day = '', time = ''] = /\/(\d{8})T(\d{6})Z-[^/]*$/.exec(key) ?? [];
  const date = day.replace(/(....)(..)(..)/, '$1-$2-$3');
  return Date.parse(`${date}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`);
}
