import type { CompiledPlan } from '../plan/compiled.ts';
import { LONGEST_LOCK_DAYS } from '../plan/limits.ts';

/** An audit looks back on a year, also where backups are kept for a week. */
const A_YEAR = 366;

/** In days: the longest that the usual rules ask records to be kept for. What is kept for ever is proven for as long. */
export const SEVEN_YEARS = 2557;

/**
 * Evidence is kept, and locked, for as long as the longest promise of the plan that has an end: whoever holds a backup can
 * show that it was verified. Retired classes count, as what was promised under them stands.
 */
export function evidenceDays({ classes, retired }: CompiledPlan): number {
  const all = [...classes, ...retired].map(({ days }) => days);
  const longest = Math.max(...all.map((days) => days ?? SEVEN_YEARS), A_YEAR);
  return Math.min(longest, LONGEST_LOCK_DAYS);
}
