import { roleOf } from '../plan/values/rows.ts';
import type { Manifest } from './manifest.ts';

/** How many earlier backups make up the average. */
export const AVERAGE_OF = 7;

/**
 * Size of the newest backup against the average of those before it, null if there are none, or if it holds only what has
 * changed, which may be anything. By the data's size, not the stored one, which compression moves.
 * @param manifests of one source and kind, oldest first
 */
export function sizeRatio(
  manifests: readonly Pick<Manifest, 'kind' | 'logicalBytes'>[],
): number | null {
  const newest = manifests.at(-1);
  const before = manifests.slice(-1 - AVERAGE_OF, -1);
  if (!newest || before.length === 0 || roleOf(newest.kind) === 'delta') return null;
  const average = before.reduce((sum, { logicalBytes }) => sum + logicalBytes, 0) / before.length;
  return average === 0 ? null : newest.logicalBytes / average;
}
