import type { CompiledSource } from '../plan/compiled.ts';
import { SECONDS_PER_DAY } from '../plan/values/duration.ts';
import { longestGap } from '../plan/values/schedule.ts';
import type { RunRecord, VerifyRun } from './run-record.ts';

export interface VerificationStatus {
  /** End of the newest verification that read something, whatever it found. */
  readonly newest: string | null;
  readonly ageSeconds: number | null;
  /** Older than the plan's cadence allows, or never. */
  readonly overdue: boolean;
  /** What is known to be damaged: of every backup and of the WAL, what their newest verification found. */
  readonly problems: readonly string[];
}

/** A verification may be a day late: it runs on a cadence of its own. */
const LATE_SECONDS = SECONDS_PER_DAY;

/**
 * So old may the newest verification be; null where the plan asks for none.
 * @param from the longest gap of the cadence is looked for from here on
 */
export function verificationAllowedSeconds(
  { checksums }: CompiledSource['verify'],
  from: Date,
): number | null {
  return checksums && longestGap(checksums, from) + LATE_SECONDS;
}

/** One that skipped everything has verified nothing. */
const isReading = ({ backups, wal }: VerifyRun): boolean => backups.length > 0 || wal !== null;

/** @param runs oldest first */
export function verificationStatus(
  { verify }: CompiledSource,
  runs: readonly RunRecord[],
  now: Date,
): VerificationStatus {
  const verifications = runs.filter((run) => run.action === 'verify');
  const newest = verifications.findLast(isReading)?.endedAt ?? null;
  const ageSeconds = newest === null ? null : (now.getTime() - Date.parse(newest)) / 1000;
  const allowed = verificationAllowedSeconds(verify, now);
  // A later verification of other backups says nothing about a damaged one.
  const problems = new Map<string, readonly string[]>();
  for (const { backups, wal } of verifications) {
    for (const backup of backups) problems.set(backup.id, backup.problems);
    if (wal) problems.set('wal', wal.problems);
  }
  return {
    newest,
    ageSeconds,
    overdue: allowed !== null && (ageSeconds === null || ageSeconds > allowed),
    problems: [...problems.values()].flat(),
  };
}
