import {
  configuration,
  definePlan,
  full,
  objects,
  onChange,
  postgresql,
  redis,
  replication,
  secrets,
  snapshot,
  wal,
  weaviate,
} from '../lib/plan/language.ts';

export default definePlan({
  name: 'sensei',
  title: 'Sensei, migrations of code: customer data, and what the service is run with',

  // Backups are written in the first region and copied to the second one.
  regions: { primary: 'us-east-1', replica: 'us-west-2' },

  // SaaS Backups, All customer data: RPO 1 hour, restore time <4 hours.
  objectives: { rpo: '1h', rto: '4h' },

  // What to Back Up. Where no retention is written, it is that of the environment: see Retention Policy below.
  sources: {
    // PostgreSQL: critical, hourly, 30 days (Database). WAL archiving for PITR.
    postgresql: postgresql({
      server: {
        service: 'postgresql.sensei',
        database: 'sensei',
        credentials: 'postgresql',
        version: '16',
      },
      protect: [full({ every: '1h' }), wal({ flush: '60s' })],
      restore: { volumeClaim: 'postgresql-restored' },
    }),

    // Redis: medium, daily, 7 days. A daily backup cannot keep the hour that is promised for all customer data: see the
    // exemptions at the end.
    redis: redis({
      server: { service: 'redis.sensei' },
      protect: [snapshot({ at: '00:00', keep: '7d' })],
    }),

    // Object Storage: high, daily, 90 days (Objects). Cross-region replication, and a copy to the backup location.
    'object-storage': objects({
      origin: {
        kind: 'minio',
        bucket: 'sensei-data',
        endpoint: 'https://minio.sensei:9000',
        credentials: 'minio-credentials',
      },
      mirror: {
        bucket: 'sensei-backups-dr',
        region: 'us-west-2',
        credentials: 'minio-mirror-credentials',
      },
      protect: [full({ at: '01:30' }), replication({ within: '15m' })],
    }),

    // Vector Database: medium, daily, 30 days (Database). The hour: as for Redis.
    'vector-database': weaviate({
      server: { service: 'weaviate.sensei' },
      classes: { include: ['MigrationPatterns'] },
      protect: [full({ at: '02:30' })],
    }),

    // Configuration: critical, on change, forever. Whether something changed is looked at every 30 minutes.
    configuration: configuration({
      namespaces: ['sensei'],
      protect: [onChange({ every: '30m', keep: 'forever' })],
    }),

    // Secrets: critical, on change, forever. They are stored sealed with the configuration; here is what opens them.
    secrets: secrets({
      store: { kind: 'sealed-secrets' },
      protect: [onChange({ every: '30m', keep: 'forever' })],
    }),

    // SaaS Backups, Certificates: RPO N/A (they change when they are renewed), 7 years, restore time immediate.
    certificates: secrets({
      store: { kind: 'certificates', namespaces: ['sensei'] },
      objectives: { rpo: '1h', rto: '1m' },
      protect: [onChange({ every: '30m', keep: '7y' })],
    }),

    // Retention Policy, Logs: archived logs. They are no customer data, so a day of them may be lost.
    'archived-logs': objects({
      holds: 'logs',
      origin: {
        kind: 'minio',
        bucket: 'sensei-logs',
        endpoint: 'https://minio.sensei:9000',
        credentials: 'minio-credentials',
      },
      objectives: { rpo: '30h', rto: '4h' },
      protect: [full({ at: '03:30' })],
      // Daily, because development keeps logs for 3 days.
      verify: { checksums: 'daily' },
    }),
  },

  // Backup Verification: monthly, by restoring to a test environment. Stored bytes are read again weekly.
  verify: { checksums: 'weekly', restore: 'monthly', fullRestore: 'monthly' },

  kubernetes: { namespace: 'sensei', cluster: 'sensei', image: 'ghcr.io/tidemark/agent' },

  // Who is told when something fails.
  alerts: { email: ['oncall@sensei.example'] },

  // Restore Procedures.
  recovery: {
    phases: [
      {
        name: 'Full System Restore',
        restores: [
          'configuration',
          'secrets',
          'certificates',
          'postgresql',
          'redis',
          'vector-database',
          'object-storage',
          'archived-logs',
        ],
        steps: [
          'Restore infrastructure (if needed)',
          'Deploy Sensei',
          'Restore secrets',
          'Restore PostgreSQL',
          'Restore Redis (optional - can rebuild from PostgreSQL)',
          'Restore vector database',
          'Verify',
        ],
      },
    ],
  },

  // Retention Policy. These four environments have it without being told:
  //
  //   Environment    Database   Objects   Logs
  //   Development     7 days     7 days    3 days
  //   Staging        14 days    14 days    7 days
  //   Production     30 days    90 days   30 days
  //   Compliance      7 years    7 years   7 years
  environments: {
    development: { account: '111111111111' },
    staging: { account: '222222222222' },
    production: { account: '333333333333' },
    compliance: { account: '444444444444' },
  },

  // What the plan deviates from, and why that is accepted. Every report prints the reasons.
  exemptions: [
    {
      code: 'TM101',
      path: 'sources.redis',
      reason:
        'The guide promises an hour for all customer data and backs up Redis daily. The daily schedule holds: Redis can be rebuilt from PostgreSQL, which keeps the hour.',
    },
    {
      code: 'TM101',
      path: 'sources.vector-database',
      reason:
        'The guide promises an hour for all customer data and backs up vectors daily, as of medium importance. The daily schedule holds: what was added since the last backup has to be added again.',
    },
    {
      code: 'TM309',
      path: 'sources.redis.protect.0.keep',
      reason:
        'The guide keeps Redis for 7 days in every environment: what has to be kept longer is in PostgreSQL.',
    },
    {
      code: 'TM507',
      path: 'sources',
      reason:
        'Only PostgreSQL and Redis have jobs in this release. The scripts of the guide go on taking the other backups; what this plan says of them is checked and not yet enforced.',
    },
  ],
});
