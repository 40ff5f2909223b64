import { readOn } from '../../../lib/alerting/runbook.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { andOnKind, Series } from './promql.ts';
import { type AlertRule, alertRule } from './rule.ts';

const SUBJECT = '{{ $labels.source }} of {{ $labels.plan }} {{ $labels.environment }}';

/** Two looks of the exporter and a scrape: what is over by then was never wrong. */
export const settledSeconds = ({
  refreshSeconds,
}: NonNullable<CompiledPlan['monitoring']>): number => 2 * refreshSeconds;

/** Whether the backups are there that the plan promises, and are what they should be. */
export function backupAlerts(
  compiled: CompiledPlan,
  monitoring: NonNullable<CompiledPlan['monitoring']>,
): AlertRule[] {
  const { failed, missing, tooSmall } = compiled.alerts;
  const series = new Series(compiled);
  const watched = `${series.byKind('backupWatched')} == 1`;
  const beside = `${series.byKind('backupWatched')} == 0`;
  const late = (condition = ''): string =>
    `time() - ${series.byKind('backupNewest', condition)} > ${series.byKind('backupAllowedAge')}`;
  return [
    alertRule({
      alert: 'TidemarkBackupNeverTaken',
      severity: missing.severity,
      expr: andOnKind(`${series.byKind('backupNewest')} == 0`, watched),
      forSeconds: settledSeconds(monitoring),
      summary: `${SUBJECT} has no {{ $labels.kind }} backup`,
      description: `There is none yet, or its moment has not come yet because a clock is wrong. Nothing can be restored. ${readOn('backup-missing')}`,
    }),
    alertRule({
      alert: 'TidemarkBackupMissing',
      severity: missing.severity,
      expr: andOnKind(late(' > 0'), watched),
      forSeconds: settledSeconds(monitoring),
      summary: `the newest {{ $labels.kind }} backup of ${SUBJECT} is {{ $value | humanizeDuration }} old`,
      description: `That is more than its schedule and the longest allowed run permit. ${readOn('backup-missing')}`,
    }),
    alertRule({
      alert: 'TidemarkBackupLate',
      severity: 'warning',
      expr: andOnKind(late(), beside),
      forSeconds: settledSeconds(monitoring),
      summary: `a {{ $labels.kind }} backup of ${SUBJECT} is later than its schedule allows`,
      description: `It comes beside others, which can be restored all the while. ${readOn('backup-late')}`,
    }),
    alertRule({
      alert: 'TidemarkBackupFailed',
      severity: failed.severity,
      expr: `${series.byKind('backupFailures')} > 0`,
      forSeconds: failed.forSeconds,
      summary: `{{ $value }} {{ $labels.kind }} backups of ${SUBJECT} failed since one succeeded`,
      description: `Earlier backups are not affected. ${readOn('backup-failed')}`,
    }),
    alertRule({
      alert: 'TidemarkBackupTooSmall',
      severity: tooSmall.severity,
      expr: `${series.byKind('backupSizeRatio')} < ${tooSmall.below}`,
      summary: `the newest {{ $labels.kind }} backup of ${SUBJECT} has {{ $value | humanizePercentage }} of the usual size`,
      description: `It was committed, and may hold less than it should. ${readOn('backup-too-small')}`,
    }),
  ];
}
