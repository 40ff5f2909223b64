import type { CheckedSource } from '../compile.ts';
import type { ResolvedRow } from '../protections.ts';
import type { Storage, Tier } from '../values/retention.ts';

/** Where the retention of a row's tier is written. */
export const keepPath = (source: CheckedSource, row: ResolvedRow, tier: string | null): string =>
  source.pathOf(
    'protect',
    row.index,
    'keep',
    ...(typeof row.row.keep === 'object' && tier !== null ? [tier] : []),
  );

export type MovedTo = Exclude<Storage, 'standard'>;

/** The tiers that a row names to be moved. */
export function movedTiers(row: ResolvedRow['row'], storage: MovedTo): readonly Tier[] {
  const named = {
    cold: 'cold' in row ? row.cold : undefined,
    archive: 'archive' in row ? row.archive : undefined,
  };
  return named[storage] ?? [];
}

export const daysText = (days: number | null): string => (days === null ? 'for ever' : `${days} d`);
