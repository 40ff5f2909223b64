import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { drillAllowedSeconds } from '../catalog/drill-status.ts';
import { verificationAllowedSeconds } from '../catalog/verification-status.ts';
import type { CompiledPlan, CompiledSource, Protection } from '../plan/compiled.ts';
import { formatSeconds } from '../plan/values/duration.ts';
import { roleOf } from '../plan/values/rows.ts';
import { type AlarmProps, metric } from './alarm.ts';
import { STALE_EVERY_MINUTES } from './alert-stale.ts';
import { METRIC, NAMESPACE, sourceDimensions } from './metrics.ts';
import { EPOCH } from './silence.ts';
import { watchedKind } from './watched-kind.ts';

type Definition = Omit<AlarmProps, 'compiled' | 'topic' | 'subject'>;

/** What can go wrong with the backups of one source: four to nine alarms. */
export function sourceDefinitions(compiled: CompiledPlan, source: CompiledSource): Definition[] {
  const of = (name: string): Metric =>
    metric(
      NAMESPACE,
      name,
      sourceDimensions(compiled, source.name),
      'Maximum',
      Duration.minutes(STALE_EVERY_MINUTES),
    );
  return [
    backupFailed(compiled.alerts, source, of(METRIC.failedRuns)),
    ...watchedBackups(source).map((watched) =>
      backupMissing(compiled.alerts, source, watched, of(METRIC.age)),
    ),
    ...backupLate(source, of(METRIC.overdue)),
    backupTooSmall(compiled.alerts, source, of(METRIC.sizeRatio).with({ statistic: 'Minimum' })),
    verificationFailed(compiled.alerts, source, of(METRIC.verificationProblems)),
    ...verificationOverdue(source, of(METRIC.verificationAge)),
    ...drillOverdue(source, of(METRIC.drillAge)),
    ...(keepsLog(source) ? [walBehind(source, of(METRIC.walLag))] : []),
    ...(keepsLog(source, 'wal') ? [walLost(source, of(METRIC.walGaps))] : []),
  ];
}

type Alerts = CompiledPlan['alerts'];

const backupFailed = (
  { failed }: Alerts,
  source: CompiledSource,
  failedRuns: Metric,
): Definition => ({
  section: 'backup-failed',
  severity: failed.severity,
  description: `a backup of ${source.name} failed and none has succeeded since`,
  metric: failedRuns,
  threshold: 1,
  periods: Math.max(1, Math.ceil(failed.forSeconds / (STALE_EVERY_MINUTES * 60))),
  missing: TreatMissingData.IGNORE,
});

/** No data is no backup: the age is not written while there is none, nor when nobody looks. */
const backupMissing = (
  { missing }: Alerts,
  source: CompiledSource,
  { overdueSeconds }: Protection,
  age: Metric,
): Definition => ({
  section: 'backup-missing',
  severity: missing.severity,
  description: `${source.name} has no backup of the last ${formatSeconds(overdueSeconds)}, as its schedule allows`,
  metric: age,
  threshold: overdueSeconds,
  operator: ComparisonOperator.GREATER_THAN_THRESHOLD,
  periods: 2,
  missing: TreatMissingData.BREACHING,
});

/** Kinds beside the one whose age is watched: nobody would hear that their job does not start any more. */
function backupLate({ name, protections }: CompiledSource, overdue: Metric): Definition[] {
  const beside = protections.filter(
    ({ kind, schedule, derived }) =>
      derived && schedule !== null && kind !== watchedKind(protections),
  );
  if (beside.length === 0) return [];
  return [
    {
      section: 'backup-late',
      severity: 'warning',
      description: `a kind of backups of ${name} (${beside.map(({ kind }) => kind).join(', ')}, or another) is later than its schedule allows`,
      metric: overdue,
      threshold: 1,
      periods: 2,
      missing: TreatMissingData.IGNORE,
    },
  ];
}

const backupTooSmall = (
  { tooSmall }: Alerts,
  source: CompiledSource,
  sizeRatio: Metric,
): Definition => ({
  section: 'backup-too-small',
  severity: tooSmall.severity,
  description: `the newest backup of ${source.name} is smaller than ${tooSmall.below * 100} % of the average`,
  metric: sizeRatio,
  threshold: tooSmall.below,
  operator: ComparisonOperator.LESS_THAN_THRESHOLD,
  missing: TreatMissingData.IGNORE,
});

/** Keeps ringing until a verification passes. */
const verificationFailed = (
  alerts: Alerts,
  source: CompiledSource,
  problems: Metric,
): Definition => ({
  section: 'verification-failed',
  severity: alerts.verificationFailed.severity,
  description: `stored bytes of ${source.name} are not what was written, or could not be read`,
  metric: problems,
  threshold: 1,
  missing: TreatMissingData.IGNORE,
});

function verificationOverdue(source: CompiledSource, age: Metric): Definition[] {
  const allowed = verificationAllowedSeconds(source.verify, EPOCH);
  if (allowed === null) return [];
  return [
    {
      section: 'verification-overdue',
      severity: 'warning',
      description: `no backup of ${source.name} was verified in the last ${formatSeconds(allowed)}`,
      metric: age,
      threshold: allowed,
      operator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      periods: 2,
      missing: TreatMissingData.BREACHING,
    },
  ];
}

/** What was never restored is a hope: it rings until the first drill as well. */
function drillOverdue({ name, verify }: CompiledSource, age: Metric): Definition[] {
  const allowed = drillAllowedSeconds(verify, EPOCH);
  if (allowed === null) return [];
  return [
    {
      section: 'drill-overdue',
      severity: 'warning',
      description: `no drill has restored ${name} in the last ${formatSeconds(allowed)}`,
      metric: age,
      threshold: allowed,
      operator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      periods: 2,
      missing: TreatMissingData.BREACHING,
    },
  ];
}

/** @param wanted default: any log */
const keepsLog = ({ protections }: CompiledSource, wanted?: Protection['kind']): boolean =>
  protections.some(
    ({ kind, derived }) => derived && roleOf(kind) === 'log' && kind === (wanted ?? kind),
  );

/** The recovery point objective, measured. */
const walBehind = (source: CompiledSource, lag: Metric): Definition => ({
  section: 'wal-behind',
  severity: 'critical',
  description: `more than ${formatSeconds(source.objectives.rpoSeconds)} of changes to ${source.name} are not stored`,
  metric: lag,
  threshold: source.objectives.rpoSeconds,
  operator: ComparisonOperator.GREATER_THAN_THRESHOLD,
  missing: TreatMissingData.BREACHING,
});

const walLost = (source: CompiledSource, gaps: Metric): Definition => ({
  section: 'wal-lost',
  severity: 'critical',
  description: `write-ahead log of ${source.name} was lost: no restore passes the gap without a new backup`,
  metric: gaps,
  threshold: 1,
  missing: TreatMissingData.IGNORE,
});

const watchedBackups = ({ protections }: CompiledSource): Protection[] =>
  protections
    .filter(({ kind, derived }) => derived && kind === watchedKind(protections))
    .sort((a, b) => a.overdueSeconds - b.overdueSeconds)
    .slice(0, 1);
