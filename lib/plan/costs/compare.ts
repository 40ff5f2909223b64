import { COLD_REVERIFY_DAYS, MOVED_AFTER_DAYS, PART_BYTES } from '../limits.ts';
import type { Schedule } from '../values/schedule.ts';
import { runsPerDay } from './frequency.ts';
import { DAYS_PER_MONTH, GIB, inStandard, type Keeping, moved, totalOf } from './keeping.ts';
import { STORAGE, type StorageClass } from './prices.ts';
import { objectsPerGib, type Volume } from './volume.ts';

/** Whatever is stored, and for however long. */
export type AnyKeeping = Omit<Keeping, 'days' | 'objectsPerGib'>;

/** @param checksums when what is stored is verified; null = never */
export function keepingOf(checksums: Schedule | null): AnyKeeping {
  const everyDays = checksums === null ? null : 1 / runsPerDay(checksums);
  return {
    movedAfterDays: MOVED_AFTER_DAYS,
    verifiedEvery: {
      standard: everyDays,
      moved: everyDays === null ? null : Math.max(everyDays, COLD_REVERIFY_DAYS),
    },
    readsPerGib: GIB / PART_BYTES,
  };
}

/** The copy in the other region is not read again. */
export const UNVERIFIED = { standard: null, moved: null } as const;

export interface Compared {
  /** US dollars a month. */
  readonly usd: number;
  /** The same if all of it stayed in Standard. */
  readonly inStandardUsd: number;
}

/** What is moved into another storage class, beside the same in Standard. */
export function compared(
  volume: Volume,
  keeping: AnyKeeping & { readonly days: number },
  into: StorageClass,
): Compared {
  const gibPerMonth = (volume.bytes * DAYS_PER_MONTH) / GIB;
  const life = { ...keeping, objectsPerGib: objectsPerGib(volume) };
  const stays = totalOf(inStandard(life)) * gibPerMonth;
  const usd = isMovedAtAll(volume, into) ? totalOf(moved(life, into)) * gibPerMonth : stays;
  return { usd, inStandardUsd: stays };
}

/** Lifecycle leaves small objects where they are. */
export const isMovedAtAll = ({ bytes, objects }: Volume, into: StorageClass): boolean =>
  objects > 0 && bytes / objects >= STORAGE[into].smallestBytes;

export const sumOf = (parts: readonly Compared[]): Compared => ({
  usd: parts.reduce((total, { usd }) => total + usd, 0),
  inStandardUsd: parts.reduce((total, { inStandardUsd }) => total + inStandardUsd, 0),
});
