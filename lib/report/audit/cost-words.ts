import type { Costs } from '../../audit/costs/model.ts';
import { formatDollars } from '../../plan/costs/dollars.ts';

/** Who says how large a source is. */
export const SIZE_FROM = {
  given: 'given',
  measured: 'measured in the store',
  plan: 'from the plan',
} as const satisfies Record<Costs['sizes'][number]['from'], string>;

/** More are a number: which ones they are is told below. */
const MOST_NAMED = 3;

/** ` without cache: storage $220, copying $132, …`, the greatest first; empty where there is nothing to tell apart. */
export function costParts({ rows, fixed, unknown }: Costs): string {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const parts = [
    ['storage', sum(rows.map(({ storage }) => storage))],
    ['copying', sum(rows.map(({ replication }) => replication))],
    ['verifying', sum(rows.map(({ verification }) => verification))],
    ['requests', sum(rows.map(({ requests }) => requests))],
    ['keys and alarms', sum(fixed.map(({ usd }) => usd))],
  ] as const;
  const told = parts.filter(([, usd]) => usd > 0).sort(([, a], [, b]) => b - a);
  const missing = unknown.length > MOST_NAMED ? `${unknown.length} sources` : unknown.join(', ');
  const without = unknown.length === 0 ? '' : ` without ${missing}`;
  return told.length === 0
    ? without
    : `${without}: ${told.map(([what, usd]) => `${what} ${formatDollars(usd)}`).join(', ')}`;
}

/** What the dollars are those of. */
export function pricesText({ prices, regions }: Costs): string {
  const others = regions.filter(({ region }) => region !== prices.region);
  const scaled = others.flatMap(({ region, ratio }) =>
    ratio === null || ratio === 1 ? [] : [`${region} by ${ratio.toFixed(2)}`],
  );
  const unknown = others.filter(({ ratio }) => ratio === null).map(({ region }) => region);
  return [
    `once as much expires as is written, at list prices of ${prices.region} of ${prices.asOf}, before discounts and taxes`,
    ...(scaled.length === 0 ? [] : [`times ${scaled.join(', ')}`]),
    ...(unknown.length === 0
      ? []
      : [`${unknown.join(', ')} at the same prices, as the table does not know it`]),
  ].join('; ');
}
