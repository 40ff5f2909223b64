import { definePlan, full, incremental, postgresql, wal } from '../lib/plan/language.ts';

export default definePlan({
  name: 'insightdesk',
  title: 'InsightDesk, a help desk: every ticket and message is in one PostgreSQL database',

  // Multi-Region Strategy: backups are written in the PRIMARY REGION and copied to the DR REGION.
  regions: { primary: 'us-east-1', replica: 'us-west-2' },

  // Recovery Objectives: maximum data loss tolerance 5 minutes, maximum downtime tolerance 1 hour.
  objectives: { rpo: '5m', rto: '1h' },

  // Backup Schedule.
  sources: {
    database: postgresql({
      server: {
        service: 'postgres.insightdesk',
        database: 'insightdesk',
        credentials: 'db-credentials',
        version: '16',
      },
      protect: [
        // WAL Archiving: continuous ("every 60 seconds at minimum"), kept 7 days.
        wal({ flush: '60s', keep: '7d' }),
        // Incremental: every 15 minutes, kept 24 hours. See the exemption at the end.
        incremental({ every: '15m', keep: '24h' }),
        // Full Backup: daily (03:00 UTC), kept 30 days.
        // Weekly Backup: the one of Sunday (03:00 UTC), kept 90 days.
        // Monthly Backup: the one of the 1st of month, kept 1 year in cold storage.
        full({
          at: '03:00',
          keep: { daily: '30d', weekly: '90d', monthly: '1y' },
          cold: ['monthly'],
        }),
      ],
      // Monthly Backup Validation: checksums are verified, the backup is restored to a test database and its records
      // are counted. Stored bytes are read again weekly, so that damage is found sooner.
      verify: { checksums: 'weekly', restore: 'monthly', fullRestore: 'monthly' },
      // Verify record counts: the guide prints those of users and tickets; here an empty table is a failure.
      drill: {
        expect: [
          { query: 'SELECT count(*) > 0 FROM users' },
          { query: 'SELECT count(*) > 0 FROM tickets' },
        ],
      },
      restore: { volumeClaim: 'postgres-restored' },
    }),
  },
  weekStartsOn: 'sunday',

  // The database runs in Kubernetes.
  kubernetes: {
    namespace: 'insightdesk',
    cluster: 'insightdesk',
    image: 'ghcr.io/tidemark/agent',
  },

  // Who is told when something fails, the validation included.
  alerts: { email: ['oncall@insightdesk.example'] },

  recovery: {
    // Severity Levels.
    severities: [
      {
        level: 'SEV1',
        scenario: 'Total data loss',
        rto: '1h',
        procedure: 'Full restore from latest backup',
      },
      {
        level: 'SEV2',
        scenario: 'Corruption detected',
        rto: '2h',
        procedure: 'PITR to before corruption',
      },
      {
        level: 'SEV3',
        scenario: 'Accidental deletion',
        rto: '4h',
        procedure: 'Single table restore',
      },
      {
        level: 'SEV4',
        scenario: 'Performance degradation',
        rto: '8h',
        procedure: 'Investigate, possible restore',
      },
    ],
    // DR Runbook: Database Failure.
    phases: [
      {
        name: 'Assessment',
        within: '5m',
        steps: [
          'Identify failure type (corruption, deletion, hardware)',
          'Determine affected data scope',
          'Estimate data loss window',
        ],
      },
      {
        name: 'Communication',
        within: '5m',
        steps: [
          'Notify engineering team',
          'Update status page',
          'Notify stakeholders if SEV1/SEV2',
        ],
      },
      {
        name: 'Recovery Decision',
        steps: [
          'If corruption: Proceed with PITR',
          'If deletion: Single table restore',
          'If total loss: Full restore',
        ],
      },
      {
        name: 'Execute Recovery',
        restores: ['database'],
        steps: [
          'Stop application traffic',
          'Run appropriate restore script',
          'Verify data integrity',
          'Run application health checks',
        ],
      },
      {
        name: 'Validation',
        steps: [
          'Count records in key tables',
          'Test critical workflows',
          'Check for data consistency',
        ],
      },
      {
        name: 'Resume Operations',
        steps: ['Restore application traffic', 'Monitor for issues', 'Update status page'],
      },
      {
        name: 'Post-Incident',
        steps: ['Document timeline', 'Root cause analysis', 'Update procedures if needed'],
      },
    ],
  },

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
