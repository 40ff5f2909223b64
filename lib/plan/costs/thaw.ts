import type { ThawSpeed } from '../limits.ts';
import { DAYS_PER_MONTH, GIB } from './keeping.ts';
import { BULK, isStorageClass, STORAGE, type StorageClass } from './prices.ts';

export interface ThawCost {
  readonly retrieval: number;
  readonly requests: number;
  /** Of the copies in Standard, as long as they are asked for. */
  readonly copies: number;
}

export interface Thawed {
  readonly objects: number;
  readonly bytes: number;
  readonly storageClasses: readonly string[];
  readonly speed: ThawSpeed;
  /** Days that the copies are kept. */
  readonly days: number;
}

/** What it costs in dollars to read archived objects. Of several classes it is taken for the dearest. */
export function thawCost({ objects, bytes, storageClasses, speed, days }: Thawed): ThawCost {
  const retrievals = storageClasses.filter(isStorageClass).map((name) => retrieval(name, speed));
  const most = (of: (price: Retrieval) => number): number => Math.max(0, ...retrievals.map(of));
  const gib = bytes / GIB;
  return {
    retrieval: gib * most(({ readGib }) => readGib),
    requests: objects * most(({ get }) => get),
    copies: (gib * STORAGE.STANDARD.gibMonth * days) / DAYS_PER_MONTH,
  };
}

interface Retrieval {
  readonly readGib: number;
  readonly get: number;
}

const retrieval = (name: StorageClass, speed: ThawSpeed): Retrieval =>
  (speed === 'bulk' ? BULK[name] : undefined) ?? STORAGE[name];
