/** What the product's own guide says, word for word. */
export const vectorizer = {
  frequency: `
- **Production**: Daily full backups, hourly incremental
- **Development**: Weekly full backups
- **Critical Systems**: Continuous replication + daily backups`,

  retention: `
- **Daily Backups**: 30 days
- **Weekly Backups**: 12 weeks
- **Monthly Backups**: 12 months`,

  script: `
# Cleanup old backups (keep last 30 days)`,

  cronJob: `
  schedule: "0 2 * * *"  # Daily at 2 AM`,

  recoveryTime: `
- **Critical Systems**: < 1 hour
- **Production Systems**: < 4 hours
- **Development Systems**: < 24 hours`,

  recoveryPoint: `
- **Critical Systems**: < 15 minutes
- **Production Systems**: < 1 hour
- **Development Systems**: < 24 hours`,

  scenarios: `
#### Scenario 1: Single Node Failure
1. **Detect Failure**: Monitor detects node down
2. **Failover**: Traffic routed to replica
3. **Restore Node**: Restore from latest backup
4. **Rejoin Cluster**: Node rejoins as replica
#### Scenario 2: Data Corruption
1. **Stop Service**: Prevent further corruption
2. **Identify Backup**: Find last known good backup
3. **Restore Data**: Restore from backup
4. **Verify Integrity**: Check data integrity
5. **Resume Service**: Start service
#### Scenario 3: Complete Data Loss
1. **Assess Damage**: Determine scope of loss
2. **Restore Infrastructure**: Recreate infrastructure
3. **Restore Data**: Restore from off-site backup
4. **Verify System**: Test all functionality
5. **Resume Operations**: Gradually resume traffic`,
};
