/** What the product's own guide says, word for word. */
export const somabrain = {
  schedule: `
| Component | Frequency | Retention | Storage Location |
|-----------|-----------|-----------|------------------|
| Redis RDB | Every 6 hours | 7 days | S3://backups/redis/ |
| PostgreSQL Full | Daily at 02:00 UTC | 30 days | S3://backups/postgres/ |
| PostgreSQL WAL | Continuous | 7 days | S3://backups/postgres/wal/ |
| Kafka Topics | Daily at 03:00 UTC | 14 days | S3://backups/kafka/ |
| Configurations | On change | 90 days | Git repository + S3 |
| Memory Vectors | Daily at 04:00 UTC | 30 days | S3://backups/memory/ |`,

  logical: `
# Full database dump
# Schema-only dump for rapid restore testing
# Backup global objects (roles, tablespaces)`,

  topics: `
  --whitelist "audit.*,metrics.*" \\`,

  objectives: `
**Scenario**: Total environment loss, rebuild from backups
**Recovery Time Objective (RTO)**: 4 hours
**Recovery Point Objective (RPO)**: 1 hour`,

  partial: `
**Scenario**: Single component failure with data corruption
# 1. Identify corruption
# 2. Isolate Redis instance
# 3. Restore from backup
# 4. Validate restore
# 5. Switch traffic back`,

  phases: `
#### Phase 1: Infrastructure Recovery (60 minutes)
# 1. Deploy Kubernetes cluster
# 2. Install operators and base services
# 3. Create namespace and RBAC
#### Phase 2: Data Recovery (120 minutes)
# 1. Deploy PostgreSQL and restore data
# 2. Deploy Redis and restore data
# 3. Deploy Kafka and restore topics
#### Phase 3: Application Recovery (60 minutes)
# 1. Restore configurations
# 2. Deploy SomaBrain application
# 3. Verify service health`,

  drill: `
### Monthly DR Drill Checklist
- [ ] Verify all backup jobs completed successfully in past 7 days
- [ ] Test Redis restore in staging environment
- [ ] Test PostgreSQL PITR in isolated environment
- [ ] Validate Kafka topic restoration
- [ ] Test configuration restore process`,

  alerts: `
  - alert: BackupJobFailed
    for: 30m
      severity: critical
      description: "Redis backup has not completed successfully in the last 6 hours"
  - alert: BackupDataMissing
    expr: time() - backup_last_success_timestamp > 86400
      severity: warning
      description: "No successful backup completed in the last 24 hours"`,
};
