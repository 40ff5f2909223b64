import type { CompiledPlan } from '../plan/compiled.ts';

/** Metrics that the Lambdas write and the alarms read: names, dimensions and units exist here only. */

export const NAMESPACE = 'Tidemark';

export const DIMENSION = {
  plan: 'Plan',
  environment: 'Environment',
  source: 'Source',
  /** Of AWS Backup. */
  group: 'BackupGroup',
  /** Which Lambda a heartbeat is of. */
  function: 'Function',
} as const;

/** Of one source. */
export const METRIC = {
  /** Seconds since the moment that the newest full backup restores to; not written while there is none. */
  age: 'AgeSeconds',
  /** 1 if a kind of backup that the plan promises is older than its schedule allows or does not exist, else 0. */
  overdue: 'Overdue',
  /** Stored size of the newest backup over the average of the ones before it. */
  sizeRatio: 'SizeRatio',
  /** Failed backup runs since the last one that succeeded. */
  failedRuns: 'FailedRuns',
  /** Seconds from the last stored moment of the write-ahead log to now. */
  walLag: 'WalLagSeconds',
  /** Stretches of the write-ahead log that were lost: behind which no base backup begins, or in the last two days. */
  walGaps: 'WalGaps',
  /** Seconds since a verification last ended, passed or not. */
  verificationAge: 'VerificationAgeSeconds',
  /** Problems that a verification found; a verification that could not end counts as one. */
  verificationProblems: 'VerificationProblems',
  verifiedBytes: 'VerifiedBytes',
  /** Seconds since the start of the newest drill that succeeded; not written while there is none. */
  drillAge: 'DrillAgeSeconds',
} as const;

/** Of one group of resources of AWS Backup: recovery points that its rules promise and that do not exist. */
export const OVERDUE_POINTS = 'OverdueRecoveryPoints';

/** 1 each time that a Lambda came to its end. */
export const HEARTBEAT = 'Heartbeat';

export type FunctionName = 'alert-stale' | 'verify-checksum' | 'verify-part';

export const planDimensions = ({ plan, environment }: CompiledPlan): Record<string, string> => ({
  [DIMENSION.plan]: plan,
  [DIMENSION.environment]: environment,
});

export const sourceDimensions = (
  compiled: CompiledPlan,
  source: string,
): Record<string, string> => ({ ...planDimensions(compiled), [DIMENSION.source]: source });

export const groupDimensions = (compiled: CompiledPlan, group: string): Record<string, string> => ({
  ...planDimensions(compiled),
  [DIMENSION.group]: group,
});

export const functionDimensions = (
  compiled: CompiledPlan,
  name: FunctionName,
): Record<string, string> => ({ ...planDimensions(compiled), [DIMENSION.function]: name });
