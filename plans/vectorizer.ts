import { definePlan, full, incremental, replication, vectorizer } from '../lib/plan/language.ts';

export default definePlan({
  name: 'vectorizer',
  title: 'Vectorizer, a vector database: all of its collections',

  // Off-site storage: backups are written in the first region and copied to the second one.
  regions: { primary: 'us-east-1', replica: 'us-west-2' },

  // Production Systems: RTO < 4 hours, RPO < 1 hour. Development and critical systems: see the environments below.
  objectives: { rpo: '1h', rto: '4h' },

  // Backup Frequency and Retention Policy.
  sources: {
    collections: vectorizer({
      server: { service: 'vectorizer.vectorizer', port: 15002 },
      protect: [
        // Production: daily full backups at 2 AM. Daily 30 days, weekly 12 weeks, monthly 12 months.
        full({
          at: '02:00',
          within: '30m',
          keep: { daily: '30d', weekly: '12w', monthly: '12mo' },
        }),
        // Production: hourly incremental. The guide has no retention for them.
        incremental({ every: '1h', within: '15m', keep: '7d' }),
      ],
    }),
  },

  // Backup Verification: that it exists, its integrity and its size. Best Practices: regularly test restore procedures.
  verify: {
    exists: 'daily',
    size: 'daily',
    checksums: 'weekly',
    restore: 'monthly',
    fullRestore: 'monthly',
  },

  kubernetes: { namespace: 'vectorizer', cluster: 'vectorizer', image: 'ghcr.io/tidemark/agent' },

  // Best Practices: alert on backup failures.
  alerts: { email: ['oncall@vectorizer.example'] },

  // Recovery Scenarios. The service is back within the time of its class of systems.
  recovery: {
    severities: [
      {
        level: 'Scenario 1',
        scenario: 'Single Node Failure',
        procedure: [
          'Detect Failure: Monitor detects node down',
          'Failover: Traffic routed to replica',
          'Restore Node: Restore from latest backup',
          'Rejoin Cluster: Node rejoins as replica',
        ],
      },
      {
        level: 'Scenario 2',
        scenario: 'Data Corruption',
        procedure: [
          'Stop Service: Prevent further corruption',
          'Identify Backup: Find last known good backup',
          'Restore Data: Restore from backup',
          'Verify Integrity: Check data integrity',
          'Resume Service: Start service',
        ],
      },
      {
        level: 'Scenario 3',
        scenario: 'Complete Data Loss',
        procedure: [
          'Assess Damage: Determine scope of loss',
          'Restore Infrastructure: Recreate infrastructure',
          'Restore Data: Restore from off-site backup',
          'Verify System: Test all functionality',
          'Resume Operations: Gradually resume traffic',
        ],
      },
    ],
  },

  // Where the plan is deployed, each in an AWS account. The accounts are examples.
  environments: {
    development: {
      account: '111111111111',
      // Development Systems: RTO < 24 hours, RPO < 24 hours.
      objectives: { rpo: '24h', rto: '24h' },
      sources: {
        collections: {
          protect: [
            // Development: weekly full backups. Weekly 12 weeks, monthly 12 months.
            full({ cron: '0 2 * * 0', keep: { weekly: '12w', monthly: '12mo' } }),
          ],
        },
      },
    },

    production: { account: '222222222222' },

    critical: {
      account: '333333333333',
      // Critical Systems: RTO < 1 hour, RPO < 15 minutes.
      objectives: { rpo: '15m', rto: '1h' },
      retention: { database: '30d' },
      sources: {
        collections: {
          replica: { service: 'vectorizer-replica.vectorizer', port: 15002 },
          protect: [
            // Critical Systems: continuous replication + daily backups. Daily 30 days, weekly 12 weeks, monthly 12 months.
            replication({ within: '5m' }),
            full({ at: '02:00', keep: { daily: '30d', weekly: '12w', monthly: '12mo' } }),
          ],
        },
      },
    },
  },

  // What the plan deviates from, and why that is accepted. Every report prints the reasons.
  exemptions: [
    {
      code: 'TM101',
      path: 'environments.development.objectives.rpo',
      reason:
        'The guide promises development systems 24 hours and backs them up weekly. The weekly schedule holds: collections of development are made again from their documents.',
    },
    {
      code: 'TM101',
      path: 'objectives.rpo',
      reason:
        'The guide promises production systems an hour and takes incremental backups hourly. The hourly schedule holds: a failure just before one is complete loses the hour, and the time that it or a full backup before it may take.',
    },
    {
      code: 'TM507',
      path: 'sources',
      reason:
        'Vectorizer has no jobs in this release. The scripts of the guide go on taking the backups; what this plan says of them is checked and not yet enforced.',
    },
  ],
});
