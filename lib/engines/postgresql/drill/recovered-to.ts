import type { DrillTarget } from '../../drill-notes.ts';
import type { RestoreResult } from '../restore/restore.ts';
import type { Route } from '../restore/window.ts';

/**
 * Everything that was committed up to this moment is in the data. The last commit alone would tell of a quiet night as if
 * it were lost: the WAL stream proves how long nothing more came.
 */
export function recoveredTo(
  target: DrillTarget,
  { from, to }: Pick<Route<never>, 'from' | 'to'>,
  { lastCommitAt }: Pick<RestoreResult, 'lastCommitAt'>,
): Date {
  if (target instanceof Date) return target;
  const proven = target === 'latest' ? to : from;
  return lastCommitAt !== null && lastCommitAt > proven ? lastCommitAt : proven;
}
