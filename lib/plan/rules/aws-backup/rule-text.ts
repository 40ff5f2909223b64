import type { ResolvedRule } from '../../aws-backup/rows.ts';

/** A rule as a sentence names it: `the monthly one of files`. */
export const ruleText = (group: string, { tier }: ResolvedRule): string =>
  tier === null ? `continuous backup of ${group}` : `the ${tier} one of ${group}`;
