import {
  aof,
  clickhouse,
  definePlan,
  full,
  kubernetes,
  mongodb,
  objects,
  onChange,
  postgresql,
  redis,
  replication,
  secrets,
  snapshot,
  wal,
} from '../lib/plan/language.ts';

export default definePlan({
  name: 'bud',
  title: 'Bud AI Foundry: seven components in one cluster',

  // Location: S3 is a bucket in the first region, copied to the second one, which is the DR region.
  regions: { primary: 'us-east-1', replica: 'us-west-2' },

  // The guide has an objective for PostgreSQL alone, below. For the other components: what daily backups allow that may
  // take 6 hours. The guide has no recovery time; 4 hours is an example.
  objectives: { rpo: '30h', rto: '4h' },

  // Backup Summary, and Retention Schedule.
  sources: {
    // PostgreSQL: full + WAL, daily + continuous, in S3. < 5 minute data loss (RPO).
    postgresql: postgresql({
      server: {
        service: 'postgresql.bud',
        database: 'bud',
        credentials: 'postgresql-credentials',
        version: '16',
      },
      objectives: { rpo: '5m', rto: '4h' },
      protect: [
        // PostgreSQL Full: at 02:00 UTC. 7 daily, 4 weekly, 12 monthly, 1 yearly.
        full({ at: '02:00', keep: { daily: 7, weekly: 4, monthly: 12, yearly: 1 } }),
        // PostgreSQL WAL: 7 daily.
        wal({ flush: '60s', keep: '7d' }),
      ],
      restore: { volumeClaim: 'postgresql-restored' },
    }),

    // ClickHouse: full, daily, 14 days, in S3.
    clickhouse: clickhouse({
      server: { service: 'clickhouse.bud', credentials: 'clickhouse-credentials' },
      protect: [full({ at: '03:00', keep: '14d' })],
    }),

    // MongoDB: full ("mongodump with oplog"), daily, 14 days, in S3.
    mongodb: mongodb({
      server: {
        service: 'mongodb.bud',
        replicaSet: 'rs0',
        credentials: 'mongodb-credentials',
      },
      protect: [full({ at: '04:00', keep: '14d' })],
    }),

    // Redis: RDB + AOF, hourly + continuous ("fsync every second"), 7 days, in S3.
    redis: redis({
      server: { service: 'redis.bud', credentials: 'redis-credentials' },
      appendonly: { volume: 'redis-data' },
      protect: [snapshot({ every: '1h', keep: '7d' }), aof({ flush: '1s', keep: '7d' })],
    }),

    // MinIO: replication, continuous, indefinite, in the DR region.
    minio: objects({
      origin: {
        kind: 'minio',
        bucket: 'bud',
        endpoint: 'https://minio.bud:9000',
        credentials: 'minio-credentials',
      },
      mirror: { bucket: 'bud-dr', region: 'us-west-2', credentials: 'minio-mirror-credentials' },
      protect: [replication({ within: '15m', keep: 'forever' })],
    }),

    // Kubernetes: Velero, daily, 30 days, in S3. All namespaces, persistent volumes, secrets and config maps.
    kubernetes: kubernetes({
      namespaces: '*',
      snapshotVolumes: true,
      moveSnapshots: true,
      protect: [full({ at: '05:00', keep: '30d' })],
    }),

    // Secrets: on change, indefinite, from Vault. The guide exports them manually; here Vault is looked at hourly.
    secrets: secrets({
      store: { kind: 'vault', service: 'vault.vault', role: 'tidemark' },
      protect: [onChange({ every: '1h', keep: 'forever' })],
    }),
  },

  // Verification Checklist.
  verify: {
    exists: 'daily', // Backup exists: daily, automated.
    size: 'daily', // Backup size reasonable: daily, automated.
    checksums: 'weekly', // Checksum valid: weekly, automated.
    restore: 'weekly', // Restore to test env: weekly, automated.
    fullRestore: 'monthly', // Full restore test: monthly, automated partially.
  },

  // Alerts.
  alerts: {
    email: ['oncall@bud.example'],
    failed: { severity: 'critical' }, // Backup Failed: job exit code != 0, critical.
    missing: { severity: 'critical', after: '24h' }, // Backup Missing: no backup in 24h, critical.
    tooSmall: { severity: 'warning', below: '80%' }, // Backup Too Small: size < 80% of average, warning.
    verificationFailed: { severity: 'critical' }, // Verification Failed: integrity check failed, critical.
  },

  monitoring: { namespace: 'monitoring' },

  kubernetes: { namespace: 'bud', cluster: 'bud', image: 'ghcr.io/tidemark/agent' },

  // Where the plan is deployed, each in an AWS account. The accounts are examples.
  environments: {
    staging: { account: '111111111111' },
    production: { account: '222222222222' },
  },

  // What the plan deviates from, and why that is accepted. Every report prints the reasons.
  exemptions: [
    {
      code: 'TM207',
      path: 'sources.minio.protect.0',
      reason:
        'The guide wants no separate backup of MinIO. Deletions are not copied to the DR region, and replaced versions are kept there indefinitely.',
    },
    {
      code: 'TM309',
      path: 'sources.clickhouse.protect.0.keep',
      reason: 'The guide keeps ClickHouse for 14 days in every environment.',
    },
    {
      code: 'TM309',
      path: 'sources.mongodb.protect.0.keep',
      reason: 'The guide keeps MongoDB for 14 days in every environment.',
    },
    {
      code: 'TM309',
      path: 'sources.redis.protect.0.keep',
      reason: 'The guide keeps Redis for 7 days in every environment.',
    },
    {
      code: 'TM508',
      path: 'alerts.missing.after',
      reason:
        'The guide alerts when there is no backup in 24 hours, which daily backups that take any time exceed every day. The alarm rings after a day and the time that a backup may take.',
    },
    {
      code: 'TM507',
      path: 'sources',
      reason:
        'Only PostgreSQL, Redis and Velero have jobs in this release. The tools of the guide go on taking the other backups; what this plan says of them is checked and not yet enforced.',
    },
  ],
});
