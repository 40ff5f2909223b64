/** What the product's own guide says, word for word. */
export const insightdesk = {
  objectives: `
| Metric | Target | Description |
|--------|--------|-------------|
| **RPO** (Recovery Point Objective) | 5 minutes | Maximum data loss tolerance |
| **RTO** (Recovery Time Objective) | 1 hour | Maximum downtime tolerance |`,

  schedule: `
| Backup Type | Frequency | Retention | Storage |
|-------------|-----------|-----------|---------|
| WAL Archiving | Continuous | 7 days | Object storage |
| Incremental | Every 15 minutes | 24 hours | Object storage |
| Full Backup | Daily (03:00 UTC) | 30 days | Object storage |
| Weekly Backup | Sunday (03:00 UTC) | 90 days | Object storage |
| Monthly Backup | 1st of month | 1 year | Cold storage |`,

  archiving: `
archive_timeout = 60  # Archive every 60 seconds at minimum`,

  cron: `
0 3 * * * /opt/insightdesk/scripts/backup.sh
0 4 * * * find /var/lib/postgresql/wal_archive -mtime +7 -delete
0 3 1 * * /opt/insightdesk/scripts/monthly_backup.sh`,

  cronJob: `
            image: postgres:16-alpine
                  name: db-credentials`,

  severities: `
| Level | Scenario | RTO | Procedure |
|-------|----------|-----|-----------|
| **SEV1** | Total data loss | 1 hour | Full restore from latest backup |
| **SEV2** | Corruption detected | 2 hours | PITR to before corruption |
| **SEV3** | Accidental deletion | 4 hours | Single table restore |
| **SEV4** | Performance degradation | 8 hours | Investigate, possible restore |`,

  runbook: `
### 1. Assessment (5 minutes)
- [ ] Identify failure type (corruption, deletion, hardware)
- [ ] Determine affected data scope
- [ ] Estimate data loss window
### 2. Communication (5 minutes)
- [ ] Notify engineering team
- [ ] Update status page
- [ ] Notify stakeholders if SEV1/SEV2
### 3. Recovery Decision
- If corruption: Proceed with PITR
- If deletion: Single table restore
- If total loss: Full restore
### 4. Execute Recovery
- [ ] Stop application traffic
- [ ] Run appropriate restore script
- [ ] Verify data integrity
- [ ] Run application health checks
### 5. Validation
- [ ] Count records in key tables
- [ ] Test critical workflows
- [ ] Check for data consistency
### 6. Resume Operations
- [ ] Restore application traffic
- [ ] Monitor for issues
- [ ] Update status page
### 7. Post-Incident
- [ ] Document timeline
- [ ] Root cause analysis
- [ ] Update procedures if needed`,

  regions: `
      PRIMARY REGION (us-east-1)          DR REGION (us-west-2)`,

  validation: `
    - cron: '0 10 1 * *'  # 1st of each month`,
};
