import { type AnyKeeping, compared, sumOf, UNVERIFIED } from '../../plan/costs/compare.ts';
import { isStorageClass } from '../../plan/costs/prices.ts';
import type { Volume } from '../../plan/costs/volume.ts';
import type { Audit } from '../model.ts';
import type { Costs } from './model.ts';
import { lifeDays, ratioIn } from './rows.ts';

export interface Priced {
  readonly row: Audit['retention'][number];
  readonly volume: Volume;
  readonly keeping: AnyKeeping;
}

/** What each promise whose data moves costs, beside what it would if all of it stayed in Standard; of both regions. */
export function movedCosts(priced: readonly Priced[]): Costs['moved'] {
  return priced.flatMap(({ row, volume, keeping }) => {
    const costs = row.stored.flatMap((stored) => {
      const { role, region, storageClass, coldAfterDays } = stored;
      if (storageClass === null || coldAfterDays === null || !isStorageClass(storageClass))
        return [];
      const verifiedEvery = role === 'primary' ? keeping.verifiedEvery : UNVERIFIED;
      const days = lifeDays(stored);
      const life = { ...keeping, verifiedEvery, movedAfterDays: coldAfterDays, days };
      const { usd, inStandardUsd } = compared(volume, life, storageClass);
      const ratio = ratioIn(region);
      return [{ storageClass, usd: usd * ratio, inStandardUsd: inStandardUsd * ratio }];
    });
    const [first] = costs;
    if (!first) return [];
    return [
      {
        source: row.source,
        tier: row.tier,
        class: row.class,
        storageClass: first.storageClass,
        ...sumOf(costs),
      },
    ];
  });
}
