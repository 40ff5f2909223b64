import { isOf, listRuns, readRunRecords } from '../../../catalog/reader.ts';
import type { AofRun } from '../../../catalog/run-record.ts';
import type { ObjectStore } from '../../../stores/store.ts';

/** How many records behind a moment are looked at for a proof that nothing is missing up to it. */
export const PROOFS = 20;

/** Keys of the records of what was shipped, oldest first. */
export async function recordKeys(
  store: ObjectStore,
  source: string,
  from: Date,
  to: Date,
): Promise<string[]> {
  const keys = await listRuns(store, source, { from, to });
  return keys.filter((key) => isOf(key, 'aof'));
}

export async function aofRecords(store: ObjectStore, keys: readonly string[]): Promise<AofRun[]> {
  const records = await readRunRecords(store, keys);
  return records.filter((record): record is AofRun => record.action === 'aof');
}

/** The time in a record's key: when its run ended. */
export function startOf(key: string): number {
  const [, day = '', time = ''] = /\/(\d{8})T(\d{6})Z-[^/]*$/.exec(key) ?? [];
  const date = day.replace(/(....)(..)(..)/, '$1-$2-$3');
  return Date.parse(`${date}T${time.replace(/(..)(..)(..)/, '$1:$2:$3')}Z`);
}
