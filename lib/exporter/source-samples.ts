import { watchedKind } from '../alerting/watched-kind.ts';
import { drillAllowedSeconds, measuringDrill } from '../catalog/drill-status.ts';
import {
  CLOCK_TOLERANCE_SECONDS,
  type Health,
  type ProtectionStatus,
  type SourceStatus,
  type StatusInput,
  sourceStatus,
} from '../catalog/status.ts';
import { alarmingGaps } from '../catalog/uncovered-gaps.ts';
import { verificationAllowedSeconds } from '../catalog/verification-status.ts';
import { roleOf } from '../plan/values/rows.ts';
import type { GaugeName, Label, Sample } from './gauges.ts';

const HEALTH: Readonly<Record<Health, number>> = { ok: 0, warning: 1, critical: 2 };

type Put = (gauge: GaugeName, value: number | null | undefined, kind?: string) => void;

/**
 * What a look at one source found. What is not known has no sample, unless its absence must ring: then it is 0.
 * @param labels of the plan and the source
 */
export function sourceSamples(
  input: StatusInput,
  labels: Readonly<Partial<Record<Label, string>>>,
): Sample[] {
  const status = sourceStatus(input);
  const samples: Sample[] = [];
  const put: Put = (gauge, value, kind) => {
    if (value === null || value === undefined) return;
    samples.push({ gauge, labels: kind === undefined ? labels : { ...labels, kind }, value });
  };
  for (const found of status.protections) {
    if (roleOf(found.kind) === 'log') logSamples(put, found, input);
    else backupSamples(put, found, input);
  }
  proofSamples(put, status, input);
  put('objectiveRecoveryTime', input.source.objectives.rtoSeconds);
  put('objectiveLoss', input.source.objectives.rpoSeconds);
  put('health', HEALTH[status.health]);
  put('looked', input.now.getTime() / 1000);
  return samples;
}

function backupSamples(put: Put, { kind, ...found }: ProtectionStatus, input: StatusInput): void {
  const row = input.source.protections.find((one) => one.derived && one.kind === kind);
  const newest = input.manifests.findLast((manifest) => manifest.kind === kind);
  put('backupNewest', moment(found.newest, input.now), kind);
  if (row?.schedule) put('backupAllowedAge', row.overdueSeconds, kind);
  put('backupWatched', kind === watchedKind(input.source.protections) ? 1 : 0, kind);
  put('backupFailures', found.failuresSinceSuccess, kind);
  put('backupSizeRatio', found.sizeRatio, kind);
  put('backupBytes', newest?.logicalBytes, kind);
  put('backupStoredBytes', newest?.storedBytes, kind);
  put('backupDuration', newest && secondsBetween(newest.startedAt, newest.completedAt), kind);
}

function logSamples(put: Put, { kind, newest }: ProtectionStatus, input: StatusInput): void {
  put('logStored', moment(newest, input.now), kind);
  put('logAllowedLag', input.source.objectives.rpoSeconds, kind);
  if (kind !== 'wal') return;
  put('logGaps', alarmingGaps(input.runs, input.manifests, input.now), kind);
  const slot = input.runs.findLast((run) => run.action === 'wal' && run.slot !== undefined);
  if (slot?.action !== 'wal' || !slot.slot) return;
  const { retainedBytes, safeBytes } = slot.slot;
  put('slotRetained', retainedBytes);
  put('slotLimit', safeBytes === null ? null : Math.max(0, retainedBytes + safeBytes));
}

function proofSamples(
  put: Put,
  { verification, drill }: SourceStatus,
  { source, runs, unreadable, now }: StatusInput,
): void {
  put('verificationNewest', moment(verification.newest, now));
  put('verificationAllowedAge', verificationAllowedSeconds(source.verify, now));
  put('verificationProblems', verification.problems.length + unreadable.length);
  put('drillNewest', moment(drill.newest, now));
  put('drillAllowedAge', drillAllowedSeconds(source.verify, now));
  if (runs.some(({ action }) => action === 'drill'))
    put('drillFailed', drill.error === null ? 0 : 1);
  const measured = measuringDrill(source, runs);
  put('drillRecoveryTime', measured?.rtoSeconds);
  put('drillLoss', measured?.rpoSeconds);
}

/** The moment of what has not come yet is not known: some clock is wrong, and to seem fresh until then would be worse. */
function moment(at: string | null, now: Date): number {
  if (at === null) return 0;
  const seconds = Date.parse(at) / 1000;
  return seconds - now.getTime() / 1000 > CLOCK_TOLERANCE_SECONDS ? 0 : seconds;
}

const secondsBetween = (from: string, to: string): number =>
  (Date.parse(to) - Date.parse(from)) / 1000;
