import {
  command,
  configuration,
  definePlan,
  full,
  kafka,
  logical,
  onChange,
  postgresql,
  redis,
  snapshot,
  wal,
} from '../lib/plan/language.ts';

export default definePlan({
  name: 'somabrain',
  title: 'SomaBrain, a memory for agents: Redis, PostgreSQL, Kafka, configuration and vectors',

  // Storage Location: S3 is a bucket in the first region, copied to the second one.
  regions: { primary: 'us-east-1', replica: 'us-west-2' },

  // Complete Environment Recovery: RTO 4 hours, RPO 1 hour.
  objectives: { rpo: '1h', rto: '4h' },

  // Backup Schedule. Where it cannot keep the hour, an exemption at the end says so.
  sources: {
    // Redis RDB: every 6 hours, 7 days, in S3.
    redis: redis({
      server: { service: 'redis.somabrain-prod' },
      protect: [snapshot({ every: '6h', keep: '7d' })],
    }),

    postgresql: postgresql({
      server: {
        service: 'postgres.somabrain-prod',
        database: 'somabrain',
        credentials: 'postgres-credentials',
        version: '16',
      },
      protect: [
        // PostgreSQL Full: daily at 02:00 UTC, 30 days, in S3.
        full({ at: '02:00', keep: '30d' }),
        // PostgreSQL WAL: continuous, 7 days, in S3.
        wal({ flush: '60s', keep: '7d' }),
        // Beside the table, in the guide's script: a dump with schema and global objects, kept as long as the full backup, and
        // taken when that has ended at the latest.
        logical({ at: '08:00', keep: '30d' }),
      ],
      restore: { volumeClaim: 'postgres-restored' },
    }),

    // Kafka Topics: daily at 03:00 UTC, 14 days, in S3. Topics: audit.* and metrics.*
    kafka: kafka({
      server: { service: 'kafka.somabrain-prod' },
      topics: { include: ['audit.*', 'metrics.*'] },
      protect: [full({ at: '03:00', keep: '14d' })],
    }),

    // Configurations: on change, 90 days, in a Git repository + S3. What changed is looked at every 30 minutes.
    configurations: configuration({
      namespaces: ['somabrain-prod'],
      kinds: ['ConfigMap', 'Secret', 'Deployment', 'Service', 'PersistentVolumeClaim', 'Ingress'],
      git: {
        url: 'https://git.somabrain.example/configurations.git',
        credentials: 'git-credentials',
      },
      protect: [onChange({ every: '30m', keep: '90d' })],
    }),

    // Memory Vectors: daily at 04:00 UTC, 30 days, in S3. The memory service exports and imports them.
    'memory-vectors': command({
      image: 'ghcr.io/somabrain/memory:1.0.0',
      backup: ['memory', 'export'],
      check: ['memory', 'check'],
      restore: ['memory', 'import'],
      reaches: [{ service: 'memory.somabrain-prod', port: 9595 }],
      protect: [full({ at: '04:00', keep: '30d' })],
    }),
  },

  // Monthly DR Drill Checklist. Stored bytes are read again weekly, because Redis is kept for 7 days.
  verify: { exists: 'weekly', checksums: 'weekly', restore: 'monthly', fullRestore: 'monthly' },

  // Automated Backup Monitoring.
  alerts: {
    email: ['oncall@somabrain.example'],
    // BackupJobFailed: for 30m, critical.
    failed: { severity: 'critical', for: '30m' },
    // BackupDataMissing: no successful backup completed in the last 24 hours, warning.
    missing: { severity: 'warning', after: '24h' },
  },
  // The same as rules of Prometheus, which the guide writes down.
  monitoring: { namespace: 'monitoring' },

  recovery: {
    // Complete Environment Recovery.
    severities: [
      {
        level: 'Complete',
        scenario: 'Total environment loss, rebuild from backups',
        procedure: ['Infrastructure Recovery', 'Data Recovery', 'Application Recovery'],
      },
      // Partial Service Recovery.
      {
        level: 'Partial',
        scenario: 'Single component failure with data corruption',
        procedure: [
          'Identify corruption',
          'Isolate Redis instance',
          'Restore from backup',
          'Validate restore',
          'Switch traffic back',
        ],
      },
    ],
    phases: [
      // Phase 1: Infrastructure Recovery (60 minutes).
      {
        name: 'Infrastructure Recovery',
        within: '60m',
        steps: [
          'Deploy Kubernetes cluster',
          'Install operators and base services',
          'Create namespace and RBAC',
        ],
        stages: ['infrastructure', 'operators', 'rbac'],
      },
      // Phase 2: Data Recovery (120 minutes). Memory vectors are in no phase of the guide; they are data.
      {
        name: 'Data Recovery',
        within: '120m',
        restores: ['postgresql', 'redis', 'kafka', 'memory-vectors'],
        steps: [
          'Deploy PostgreSQL and restore data',
          'Deploy Redis and restore data',
          'Deploy Kafka and restore topics',
        ],
        stages: ['data'],
      },
      // Phase 3: Application Recovery (60 minutes).
      {
        name: 'Application Recovery',
        within: '60m',
        restores: ['configurations'],
        steps: ['Restore configurations', 'Deploy SomaBrain application', 'Verify service health'],
        stages: ['configuration', 'application', 'checks'],
      },
    ],
  },

  kubernetes: {
    namespace: 'somabrain-prod',
    cluster: 'somabrain',
    image: 'ghcr.io/tidemark/agent',
  },

  // Where the plan is deployed, in an AWS account. The account is an example.
  environments: {
    production: { account: '111111111111' },
  },

  // What the plan deviates from, and why that is accepted. Every report prints the reasons.
  exemptions: [
    {
      code: 'TM101',
      path: 'sources.redis',
      reason:
        'The guide promises an hour and takes Redis snapshots every 6 hours. The schedule holds: Redis is working memory, and what is lasting is in PostgreSQL, which keeps the hour.',
    },
    {
      code: 'TM101',
      path: 'sources.kafka',
      reason:
        'The guide promises an hour and backs up topics daily. The schedule holds: audit events and metrics of up to a day may be lost in a total loss.',
    },
    {
      code: 'TM101',
      path: 'sources.memory-vectors',
      reason:
        'The guide promises an hour and backs up vectors daily. The schedule holds: memories of up to a day may be lost in a total loss.',
    },
    {
      code: 'TM309',
      path: 'sources.redis.protect.0.keep',
      reason: 'The guide keeps Redis for 7 days and no longer.',
    },
    {
      code: 'TM309',
      path: 'sources.kafka.protect.0.keep',
      reason: 'The guide keeps topics for 14 days and no longer.',
    },
    {
      code: 'TM508',
      path: 'alerts.missing.after',
      reason:
        'The guide warns when no backup completed in 24 hours, which daily backups that take any time exceed every day. The alarm rings after a day and the time that a backup may take.',
    },
    {
      code: 'TM507',
      path: 'sources',
      reason:
        'Only PostgreSQL and Redis have jobs in this release. The scripts of the guide go on taking the other backups; what this plan says of them is checked and not yet enforced.',
    },
  ],
});
