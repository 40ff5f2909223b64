import { readOn } from '../../../lib/alerting/runbook.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { settledSeconds } from './backup-alerts.ts';
import { Series } from './promql.ts';
import { type AlertRule, alertRule } from './rule.ts';

const SUBJECT = '{{ $labels.source }} of {{ $labels.plan }} {{ $labels.environment }}';

/** Whether backups are looked at and restored as often as the plan says, and what that found. */
export function proofAlerts(
  compiled: CompiledPlan,
  monitoring: NonNullable<CompiledPlan['monitoring']>,
): AlertRule[] {
  const series = new Series(compiled);
  const old = (
    newest: 'verificationNewest' | 'drillNewest',
    allowed: (typeof ALLOWED)[typeof newest],
  ) => `time() - ${series.bySource(newest)} > ${series.bySource(allowed)}`;
  return [
    alertRule({
      alert: 'TidemarkVerificationFailed',
      severity: compiled.alerts.verificationFailed.severity,
      expr: `${series.bySource('verificationProblems')} > 0`,
      summary: `{{ $value }} problems are known of the backups of ${SUBJECT}`,
      description: `Stored bytes are not what was written, or cannot be read. It rings until a verification of the same finds nothing. ${readOn('verification-failed')}`,
    }),
    alertRule({
      alert: 'TidemarkVerificationOverdue',
      severity: 'warning',
      expr: old('verificationNewest', ALLOWED.verificationNewest),
      forSeconds: settledSeconds(monitoring),
      summary: `no backup of ${SUBJECT} was verified as often as the plan says`,
      description: `What was never read again may be damaged. ${readOn('verification-overdue')}`,
    }),
    alertRule({
      alert: 'TidemarkDrillFailed',
      severity: 'warning',
      expr: `${series.bySource('drillFailed')} == 1`,
      summary: `the last drill of ${SUBJECT} failed`,
      description: `Its record in the store says why: a restore may fail for the same reason. ${readOn('drill-failed')}`,
    }),
    alertRule({
      alert: 'TidemarkDrillOverdue',
      severity: 'warning',
      expr: old('drillNewest', ALLOWED.drillNewest),
      forSeconds: settledSeconds(monitoring),
      summary: `no drill has restored ${SUBJECT} as often as the plan says`,
      description: `What was never restored is a hope. ${readOn('drill-overdue')}`,
    }),
    alertRule({
      alert: 'TidemarkDrillTooSlow',
      severity: 'warning',
      expr: `${series.bySource('drillRecoveryTime')} > ${series.bySource('objectiveRecoveryTime')}`,
      summary: `${SUBJECT} was back after {{ $value | humanizeDuration }} in its last drill`,
      description: `That is longer than the plan's objective. ${readOn('drill-too-slow')}`,
    }),
  ];
}

const ALLOWED = {
  verificationNewest: 'verificationAllowedAge',
  drillNewest: 'drillAllowedAge',
} as const;
