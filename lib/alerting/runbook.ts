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
  | (typeof OF_AWS_BACKUP)[number];

/** Where to read on. The last words of every description and message. */
export function readOn(section: RunbookSection): string {
  const elsewhere = OF_AWS_BACKUP.some((name) => name === section);
  return `See ${elsewhere ? 'docs/aws-backup.md' : RUNBOOK}#${section}`;
}
