import { definePlan, full, incremental, postgresql, wal } from '../lib/plan/language.ts';

export default definePlan({
  name: 'insightdesk',
  title: 'InsightDesk, a help desk: every ticket and message is in one PostgreSQL database',

  // Backups are written in the first region and copied to the second one.
  regions: { primary: 'us-east-1', replica: 'us-west-2' },

  // At most 5 minutes of data may be lost, and the service must be back within 1 hour.
  objectives: { rpo: '5m', rto: '1h' },

  sources: {
    database: postgresql({
      server: {
        service: 'postgres.insightdesk',
        database: 'insightdesk',
        credentials: 'db-credentials',
        version: '16',
      },
      protect: [
        // Write-ahead log: continuous, stored at least once a minute, kept 7 days.
        wal({ flush: '60s', keep: '7d' }),
        // Incremental: every 15 minutes, kept 24 hours. See the exemption at the end.
        incremental({ every: '15m', keep: '24h' }),
        // Full: daily at 03:00 UTC. A day's backup is kept 30 days, a Sunday's 90 days, and the one of
        // the 1st of a month a year, in cold storage.
        full({
          at: '03:00',
          keep: { daily: '30d', weekly: '90d', monthly: '1y' },
          cold: ['monthly'],
        }),
      ],
      // Every stored byte is read again weekly; a restore is tried and the records are counted monthly.
      verify: { checksums: 'weekly', restore: 'monthly', fullRestore: 'monthly' },
      restore: { volumeClaim: 'postgres-restored' },
    }),
  },

  // The database runs in Kubernetes.
  kubernetes: {
    namespace: 'insightdesk',
    cluster: 'insightdesk',
    image: 'ghcr.io/tidemark/agent',
  },

  // Who is told when something fails.
  alerts: { email: ['oncall@insightdesk.example'] },

  // Where the plan is deployed, each in an AWS account. The accounts are examples.
  environments: {
    development: { account: '111111111111' },
    staging: { account: '222222222222' },
    production: { account: '333333333333' },
    compliance: {
      account: '444444444444',
      // Auditors' copy: as above, but the backup of the 1st of a month is kept 7 years.
      sources: {
        database: {
          protect: [
            wal({ flush: '60s', keep: '7d' }),
            full({
              at: '03:00',
              keep: { daily: '30d', weekly: '90d', monthly: '7y' },
              cold: ['monthly'],
            }),
          ],
        },
      },
    },
  },

  weekStartsOn: 'sunday',

  // What the plan deviates from, and why that is accepted. Every report prints the reasons.
  exemptions: [
    {
      code: 'TM203',
      path: 'sources.database.protect.1',
      reason:
        'PostgreSQL 16 cannot take incremental base backups. WAL covers every moment between two full backups, so what the 15-minute row is for is kept by the WAL row.',
    },
  ],
});
