import type { CheckedSource } from '../compile.ts';
import type { ResolvedRow } from '../protections.ts';

/** Where the retention of a row's tier is written. */
export const keepPath = (source: CheckedSource, row: ResolvedRow, tier: string | null): string =>
  source.pathOf(
    'protect',
    row.index,
    'keep',
    ...(typeof row.row.keep === 'object' && tier !== null ? [tier] : []),
  );

export const daysText = (days: number | null): string => (days === null ? 'for ever' : `${days} d`);
