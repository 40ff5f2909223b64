/** What the product's own guide says, word for word. */
export const sensei = {
  whatToBackUp: `
| Data                | Importance | Frequency | Retention |
| ------------------- | ---------- | --------- | --------- |
| **PostgreSQL**      | Critical   | Hourly    | 30 days   |
| **Redis**           | Medium     | Daily     | 7 days    |
| **Object Storage**  | High       | Daily     | 90 days   |
| **Vector Database** | Medium     | Daily     | 30 days   |
| **Configuration**   | Critical   | On change | Forever   |
| **Secrets**         | Critical   | On change | Forever   |`,

  saas: `
| Data              | RPO    | Retention | Restore Time |
| ----------------- | ------ | --------- | ------------ |
| All customer data | 1 hour | 30 days   | <4 hours     |
| Certificates      | N/A    | 7 years   | Immediate    |`,

  postgresql: `
    schedule: '0 * * * *' # Hourly
    retention: 30
    # WAL archiving for PITR`,

  redis: `
    schedule: '0 0 * * *' # Daily
    retention: 7`,

  objects: `
Enable cross-region replication:
      endpoint: s3.us-west-2.amazonaws.com
Or sync to backup location:`,

  vectors: `
    "include": ["MigrationPatterns"]`,

  automation: `
  schedule: '0 */6 * * *' # Every 6 hours`,

  fullRestore: `
# 1. Restore infrastructure (if needed)
# 2. Deploy Sensei
# 3. Restore secrets
# 4. Restore PostgreSQL
# 5. Restore Redis (optional - can rebuild from PostgreSQL)
# 6. Restore vector database
# 7. Verify`,

  verification: `
# Monthly backup verification
# Or restore to test environment`,

  retention: `
| Environment | Database | Objects | Logs    |
| ----------- | -------- | ------- | ------- |
| Development | 7 days   | 7 days  | 3 days  |
| Staging     | 14 days  | 14 days | 7 days  |
| Production  | 30 days  | 90 days | 30 days |
| Compliance  | 7 years  | 7 years | 7 years |`,

  tiers: `
      daily: 7
      weekly: 4
      monthly: 12
      days: 90`,
};
