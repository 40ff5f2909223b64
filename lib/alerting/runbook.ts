const RUNBOOK = 'docs/runbook.md';

/** Sections about AWS Backup, which are with the rest about it. */
const OF_AWS_BACKUP = [
  'backup-job-failed',
  'backup-job-with-issues',
  'copy-job-failed',
  'recovery-point-missing',
  'restore-job-failed',
  'vault-tampered',
] as const;

/** Sections about what only Prometheus is told. */
const OF_PROMETHEUS = [
  'drill-failed',
  'drill-too-slow',
  'slot-grows',
  'exporter-absent',
  'store-unreachable',
] as const;

/** Sections about Velero, which only Prometheus is told of as well. */
const OF_VELERO = [
  'cluster-backup-missing',
  'cluster-backup-failed',
  'cluster-bucket-unavailable',
] as const;

export type Severity = 'critical' | 'warning';

/** Sections of the runbook: one for each kind of alarm. */
export type RunbookSection =
  | 'source-at-risk'
  | 'backup-failed'
  | 'backup-missing'
  | 'backup-late'
  | 'backup-too-small'
  | 'verification-failed'
  | 'verification-overdue'
  | 'verification-stopped'
  | 'drill-overdue'
  | 'wal-behind'
  | 'wal-lost'
  | 'heartbeat-missing'
  | 'function-errors'
  | 'function-throttled'
  | 'events-failed'
  | 'replication-behind'
  | 'replication-backlog'
  | 'replication-failed'
  | 'key-disabled'
  | 'key-changed'
  | 'bucket-changed'
  | 'backups-deleted'
  | 'break-glass-used'
  | 'alerts-undelivered'
  | (typeof OF_AWS_BACKUP)[number]
  | (typeof OF_PROMETHEUS)[number]
  | (typeof OF_VELERO)[number];

/** Where to read on. The last words of every description and message. */
export function readOn(section: RunbookSection): string {
  return `See ${documentOf(section)}#${section}`;
}

function documentOf(section: RunbookSection): string {
  if (OF_AWS_BACKUP.some((name) => name === section)) return 'docs/aws-backup.md';
  if (OF_VELERO.some((name) => name === section)) return 'docs/velero.md';
  return OF_PROMETHEUS.some((name) => name === section) ? 'docs/monitoring.md' : RUNBOOK;
}
