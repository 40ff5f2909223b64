const RUNBOOK = 'docs/runbook.md';

export type Severity = 'critical' | 'warning';

/** Sections of the runbook: one for each kind of alarm. */
export type RunbookSection =
  | 'source-at-risk'
  | 'backup-failed'
  | 'backup-missing'
  | 'backup-too-small'
  | 'verification-failed'
  | 'verification-overdue'
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
  | 'alerts-undelivered';

/** Where to read on. The last words of every description and message. */
export const readOn = (section: RunbookSection): string => `See ${RUNBOOK}#${section}`;
