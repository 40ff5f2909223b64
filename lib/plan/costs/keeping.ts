import { VERIFY_MEMORY_MIB } from '../limits.ts';
import { PRICES, STORAGE, type StorageClass, VERIFIED_MIB_PER_SECOND } from './prices.ts';

/** Months are billed by the average length. */
export const DAYS_PER_MONTH = 365.25 / 12;

export const GIB = 1024 ** 3;

/** How something that is stored is kept and read, from the day on which it is written. */
export interface Keeping {
  /** Whole life in days, until S3 stops billing it. */
  readonly days: number;
  /** It is moved into the other class after so many days. */
  readonly movedAfterDays: number;
  /** Days between two verifications of what stays in Standard, and of what is moved one day; null = none. */
  readonly verifiedEvery: { readonly standard: number | null; readonly moved: number | null };
  /** Objects that it consists of, in each GiB. */
  readonly objectsPerGib: number;
  /** Requests that read a GiB. */
  readonly readsPerGib: number;
}

/** What one GiB costs over its whole life, in dollars. */
export interface LifeCost {
  readonly storage: number;
  readonly requests: number;
  readonly verification: number;
}

export const totalOf = ({ storage, requests, verification }: LifeCost): number =>
  storage + requests + verification;

/** A GiB that stays in Standard all its life. */
export const inStandard = (keeping: Keeping): LifeCost => ({
  storage: keptIn('STANDARD', keeping.days, 0),
  requests: 0,
  verification: reading('STANDARD', keeping.days, keeping.verifiedEvery.standard, keeping),
});

/**
 * A GiB that is moved: first in Standard, then in the other class, billed for its minimum at least. What is gone before
 * it would be moved never is.
 */
export function moved(keeping: Keeping, into: StorageClass): LifeCost {
  const { days, movedAfterDays, objectsPerGib, verifiedEvery } = keeping;
  const rest = days - movedAfterDays;
  if (rest <= 0) {
    const stays = { ...verifiedEvery, standard: verifiedEvery.moved };
    return inStandard({ ...keeping, verifiedEvery: stays });
  }
  const { minimumDays, transition } = STORAGE[into];
  return {
    storage:
      keptIn('STANDARD', movedAfterDays, 0) +
      keptIn(into, Math.max(rest, minimumDays), objectsPerGib),
    requests: objectsPerGib * transition,
    verification:
      reading('STANDARD', movedAfterDays, verifiedEvery.moved, keeping) +
      reading(into, rest, verifiedEvery.moved, keeping),
  };
}

/** Dollars for a GiB in so many days, with what is billed beside its objects. */
export function keptIn(storageClass: StorageClass, days: number, objectsPerGib: number): number {
  const { gibMonth, overhead } = STORAGE[storageClass];
  const own = 1 + (objectsPerGib * overhead.own) / GIB;
  const beside = (objectsPerGib * overhead.standard) / GIB;
  return ((own * gibMonth + beside * STORAGE.STANDARD.gibMonth) * days) / DAYS_PER_MONTH;
}

/** Verifications of a GiB in so many days, evenly spread: their number need not be whole. */
export function reading(
  storageClass: StorageClass,
  days: number,
  everyDays: number | null,
  { readsPerGib }: Pick<Keeping, 'readsPerGib'>,
): number {
  return everyDays === null ? 0 : (days / everyDays) * onceRead(storageClass, readsPerGib);
}

/** Dollars to verify a GiB once. What is archived is not read: S3 hashes it where it is. */
export function onceRead(storageClass: StorageClass, readsPerGib: number): number {
  const { readGib, get, immediate } = STORAGE[storageClass];
  if (!immediate) return PRICES.computeChecksumGib;
  const gibSeconds = ((1024 / VERIFIED_MIB_PER_SECOND) * VERIFY_MEMORY_MIB) / 1024;
  return readGib + readsPerGib * get + gibSeconds * PRICES.lambdaGibSecond;
}

/**
 * From how many days of life on the other class is cheaper than Standard, and stays so; null = never.
 * @param keeping of everything but its days
 */
export function paysFromDays(
  keeping: Omit<Keeping, 'days'>,
  into: StorageClass,
  withinDays = 36_500,
): number | null {
  const pays = (days: number): boolean =>
    totalOf(moved({ ...keeping, days }, into)) < totalOf(inStandard({ ...keeping, days }));
  if (!pays(withinDays)) return null;
  // Both grow with every day, the other class more slowly once its minimum is over: there is one such day.
  let [low, high] = [keeping.movedAfterDays, withinDays];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (pays(middle)) high = middle;
    else low = middle;
  }
  return high;
}
