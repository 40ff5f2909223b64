/** What the exporter tells Prometheus: names and meanings exist here only, for the exporter, the rules and the dashboard. */

interface Gauge {
  readonly name: string;
  /** One line without a full stop. */
  readonly help: string;
}

/** Of one kind of backups of a source. Moments are seconds since 1970: they age by themselves while nobody looks. */
const OF_BACKUPS = {
  backupNewest: {
    name: 'tidemark_backup_newest_timestamp_seconds',
    help: 'Moment that the newest backup restores to; 0 while there is none',
  },
  backupAllowedAge: {
    name: 'tidemark_backup_allowed_age_seconds',
    help: 'Older than this, the newest backup is missing: the longest gap of its schedule and the longest allowed run',
  },
  backupWatched: {
    name: 'tidemark_backup_watched',
    help: '1 for the kind of backups that the source depends on most, 0 for those beside it',
  },
  backupFailures: {
    name: 'tidemark_backup_failures',
    help: 'Runs that failed since the last one that succeeded',
  },
  backupSizeRatio: {
    name: 'tidemark_backup_size_ratio',
    help: 'Size of the newest backup over the average of those before it',
  },
  backupBytes: {
    name: 'tidemark_backup_size_bytes',
    help: 'Bytes that the newest backup restores',
  },
  backupStoredBytes: {
    name: 'tidemark_backup_stored_bytes',
    help: 'Bytes that the newest backup takes in the store',
  },
  backupDuration: {
    name: 'tidemark_backup_duration_seconds',
    help: 'How long the newest backup took',
  },
} as const satisfies Record<string, Gauge>;

/** Of a log that a source streams, and of the replication slot that holds it back. */
const OF_LOGS = {
  logStored: {
    name: 'tidemark_log_stored_timestamp_seconds',
    help: 'Moment up to which everything is stored; 0 while there is none',
  },
  logAllowedLag: {
    name: 'tidemark_log_allowed_lag_seconds',
    help: 'Recovery point objective: more than this must never be lost',
  },
  logGaps: {
    name: 'tidemark_log_gaps',
    help: 'Stretches of the log that were lost, behind which no backup begins or which are less than two days old',
  },
  slotRetained: {
    name: 'tidemark_slot_retained_bytes',
    help: 'Write-ahead log that the server keeps for the replication slot',
  },
  slotLimit: {
    name: 'tidemark_slot_limit_bytes',
    help: 'Where the server gives up what it keeps for the replication slot; absent where its disk is the limit',
  },
} as const satisfies Record<string, Gauge>;

const OF_PROOFS = {
  verificationNewest: {
    name: 'tidemark_verification_newest_timestamp_seconds',
    help: 'End of the newest verification that read something; 0 while there is none',
  },
  verificationAllowedAge: {
    name: 'tidemark_verification_allowed_age_seconds',
    help: 'Older than this, the newest verification is overdue; absent where the plan asks for none',
  },
  verificationProblems: {
    name: 'tidemark_verification_problems',
    help: 'Problems that are known of stored backups and logs, manifests that cannot be read included',
  },
  drillNewest: {
    name: 'tidemark_drill_newest_timestamp_seconds',
    help: 'Start of the newest drill that succeeded, where dumps are beside base backups of what was proven less recently; 0 while there is none',
  },
  drillAllowedAge: {
    name: 'tidemark_drill_allowed_age_seconds',
    help: 'Older than this, the newest drill is overdue; absent where the plan asks for none',
  },
  drillFailed: {
    name: 'tidemark_drill_failed',
    help: '1 if the newest drill of base backups or that of dumps failed, else 0; absent while there is none',
  },
  drillRecoveryTime: {
    name: 'tidemark_drill_rto_seconds',
    help: 'Measured by the newest drill that succeeded: from its start to the first answer of the recovered server',
  },
  drillLoss: {
    name: 'tidemark_drill_rpo_seconds',
    help: 'Measured by the newest drill that succeeded: what would have been lost at its start',
  },
} as const satisfies Record<string, Gauge>;

const OF_SOURCES = {
  objectiveRecoveryTime: {
    name: 'tidemark_objective_rto_seconds',
    help: 'Recovery time objective of the plan',
  },
  objectiveLoss: {
    name: 'tidemark_objective_rpo_seconds',
    help: 'Recovery point objective of the plan',
  },
  health: {
    name: 'tidemark_source_health',
    help: 'As `tidemark status` sees it: 0 ok, 1 warning, 2 critical',
  },
  looked: {
    name: 'tidemark_source_looked_timestamp_seconds',
    help: 'When the store last told everything about the source; 0 since the exporter started',
  },
} as const satisfies Record<string, Gauge>;

const OF_THE_EXPORTER = {
  info: { name: 'tidemark_exporter_info', help: 'Always 1; the version is a label' },
  lookDuration: {
    name: 'tidemark_exporter_look_duration_seconds',
    help: 'How long the newest look at all sources took',
  },
  refresh: {
    name: 'tidemark_exporter_refresh_seconds',
    help: 'Time between two looks, as the plan says',
  },
  // Names that every dashboard about processes knows.
  memory: { name: 'process_resident_memory_bytes', help: 'Resident memory of the exporter' },
  started: { name: 'process_start_time_seconds', help: 'When the exporter started' },
} as const satisfies Record<string, Gauge>;

export const GAUGES = {
  ...OF_BACKUPS,
  ...OF_LOGS,
  ...OF_PROOFS,
  ...OF_SOURCES,
  ...OF_THE_EXPORTER,
} as const satisfies Record<string, Gauge>;

export type GaugeName = keyof typeof GAUGES;

/** Labels of every series beside the plan's own; few and known, so that there are never more series than sources and kinds. */
export type Label = 'plan' | 'environment' | 'source' | 'kind' | 'version';

export interface Sample {
  readonly gauge: GaugeName;
  readonly labels: Readonly<Partial<Record<Label, string>>>;
  readonly value: number;
}
