import { readOn } from '../../../lib/alerting/runbook.ts';
import {
  clusterSources,
  locationName,
  scheduleName,
} from '../../../lib/engines/kubernetes/names.ts';
import { clusterSchedules } from '../../../lib/engines/kubernetes/schedules.ts';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { type AlertRule, alertRule } from '../monitoring/rule.ts';

/** Velero looks at its bucket every minute; what is over by then was a hiccup. */
const UNAVAILABLE_SECONDS = 900;

/** What the size of a backup is compared with. */
const USUAL = '30d';

/** A Schedule of the plan that is not paused. */
interface Watched {
  readonly name: string;
  readonly overdueSeconds: number;
  /** No other of its source starts more often. */
  readonly isFirst: boolean;
}

/**
 * Alerts on the metrics of Velero's own server. It forgets its counters when it is restarted, but works out anew when each
 * Schedule last succeeded, from the backups that there are: so age is what everything rests on.
 */
export function veleroAlerts(compiled: CompiledPlan): AlertRule[] {
  const watched = watchedSchedules(compiled);
  if (watched.length === 0) return [];
  const { failed, missing, tooSmall } = compiled.alerts;
  // Where the Schedule that starts most often has a backup, there is something to restore.
  const first = watched.filter(({ isFirst }) => isFirst);
  const names = watched.map(({ name }) => name).join('|');
  const of = (metric: string): string =>
    `max by (schedule) (velero_backup_${metric}{schedule=~"${names}"})`;
  const about = (expr: string): string => named(compiled, expr);
  const location = locationName(compiled);
  return [
    alertRule({
      alert: 'TidemarkClusterBackupNeverTaken',
      severity: missing.severity,
      expr: about(
        anyOf(
          first.map(
            ({ name }) => `absent(velero_backup_last_successful_timestamp{schedule="${name}"})`,
          ),
        ),
      ),
      forSeconds: Math.max(...first.map(({ overdueSeconds }) => overdueSeconds)),
      summary: 'Velero has no backup of the Schedule {{ $labels.schedule }}',
      description: `None has succeeded in the time in which one must, or Velero tells nothing of itself. ${readOn('cluster-backup-missing')}`,
    }),
    alertRule({
      alert: 'TidemarkClusterBackupMissing',
      severity: missing.severity,
      expr: about(
        anyOf(
          watched.map(
            ({ name, overdueSeconds }) =>
              `time() - max by (schedule) (velero_backup_last_successful_timestamp{schedule="${name}"}) > ${overdueSeconds}`,
          ),
        ),
      ),
      summary:
        'the newest backup of the Schedule {{ $labels.schedule }} is {{ $value | humanizeDuration }} old',
      description: `That is more than the Schedule and the longest allowed run permit. ${readOn('cluster-backup-missing')}`,
    }),
    alertRule({
      alert: 'TidemarkClusterBackupFailed',
      severity: failed.severity,
      expr: about(`${of('last_status')} == 0`),
      forSeconds: failed.forSeconds,
      summary: 'the last backup of the Schedule {{ $labels.schedule }} failed, or a part of it did',
      description: `Velero keeps what it has of a backup that failed in part, without the volumes or objects that it names. ${readOn('cluster-backup-failed')}`,
    }),
    alertRule({
      alert: 'TidemarkClusterBackupTooSmall',
      severity: tooSmall.severity,
      expr: about(
        `${of('tarball_size_bytes')} / max by (schedule) (avg_over_time(velero_backup_tarball_size_bytes{schedule=~"${names}"}[${USUAL}])) < ${tooSmall.below}`,
      ),
      summary:
        'the objects in the newest backup of the Schedule {{ $labels.schedule }} have {{ $value | humanizePercentage }} of their usual size',
      description: `Objects may be missing that were there; volumes are not counted. ${readOn('cluster-backup-failed')}`,
    }),
    alertRule({
      alert: 'TidemarkClusterBucketUnavailable',
      severity: missing.severity,
      expr: about(
        `max by (backup_location_name) (velero_backup_location_status_gauge{backup_location_name="${location}"}) == 0`,
      ),
      forSeconds: UNAVAILABLE_SECONDS,
      summary: 'Velero cannot reach its bucket through {{ $labels.backup_location_name }}',
      description: `No backup of the cluster can be taken or restored. ${readOn('cluster-bucket-unavailable')}`,
    }),
  ];
}

const watchedSchedules = (compiled: CompiledPlan): Watched[] =>
  clusterSources(compiled)
    .filter(({ settings }) => !settings.paused)
    .flatMap((source) =>
      clusterSchedules(compiled, source).map(({ tier, overdueSeconds }, index) => ({
        name: scheduleName(compiled, source, tier),
        overdueSeconds,
        isFirst: index === 0,
      })),
    );

const anyOf = (exprs: readonly string[]): string => exprs.join('\nor ');

/** Alerts are sent to people by these labels, which Velero knows nothing of. */
function named({ plan, environment }: CompiledPlan, expr: string): string {
  const labelled = (of: string, label: string, value: string): string =>
    `label_replace(${of}, "${label}", "${value}", "", "")`;
  return labelled(labelled(expr, 'plan', plan), 'environment', environment);
}
