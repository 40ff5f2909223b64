/** What the product's own guide says, word for word. */
export const bud = {
  summary: `
| Component | Type | Frequency | Retention | Location |
|-----------|------|-----------|-----------|----------|
| PostgreSQL | Full + WAL | Daily + Continuous | 30 days | S3 |
| ClickHouse | Full | Daily | 14 days | S3 |
| MongoDB | Full | Daily | 14 days | S3 |
| Redis | RDB + AOF | Hourly + Continuous | 7 days | S3 |
| MinIO | Replication | Continuous | Indefinite | DR Region |
| Kubernetes | Velero | Daily | 30 days | S3 |
| Secrets | Manual | On change | Indefinite | Vault |`,

  strategies: `
- < 5 minute data loss (RPO)
- pg_basebackup at 02:00 UTC
- mongodump with oplog
- Hourly snapshots
- fsync every second
- Continuous replication to DR region
- All namespaces
- Export from Vault/Kubernetes`,

  checklist: `
| Check | Frequency | Automated |
|-------|-----------|-----------|
| Backup exists | Daily | Yes |
| Backup size reasonable | Daily | Yes |
| Checksum valid | Weekly | Yes |
| Restore to test env | Weekly | Yes |
| Full restore test | Monthly | Partial |`,

  retention: `
| Backup Type | Daily | Weekly | Monthly | Yearly |
|-------------|-------|--------|---------|--------|
| PostgreSQL Full | 7 | 4 | 12 | 1 |
| PostgreSQL WAL | 7 | - | - | - |
| ClickHouse | 14 | - | - | - |
| MongoDB | 14 | - | - | - |
| Redis RDB | 7 | - | - | - |
| Kubernetes | 30 | - | - | - |`,

  alerts: `
| Alert | Condition | Severity |
|-------|-----------|----------|
| Backup Failed | Job exit code != 0 | Critical |
| Backup Missing | No backup in 24h | Critical |
| Backup Too Small | Size < 80% of average | Warning |
| Verification Failed | Integrity check failed | Critical |`,
};
