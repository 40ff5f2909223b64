import { Construct } from 'constructs';
import type { EventDestination } from '../alerting/event-alert.ts';
import { accountOf } from '../plan/account.ts';
import type { CompiledAwsBackup } from '../plan/aws-backup/compiled.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { AuditFramework } from './audit-framework.ts';
import { GroupPlan } from './group-plan.ts';
import { MissingPoints } from './missing-points.ts';
import { ReportBucket } from './report-bucket.ts';
import { Reports } from './reports.ts';
import { RestoreTest } from './restore-test.ts';
import { ServiceRole } from './service-roles.ts';
import { Vault } from './vault.ts';
import { VaultAlerts } from './vault-alerts.ts';

export interface RegionVaultProps extends EventDestination {
  readonly compiled: CompiledPlan;
  readonly awsBackup: CompiledAwsBackup;
}

/** What AWS Backup takes, tests and reports, in the region where the resources are. */
export class PrimaryVault extends Construct {
  constructor(scope: Construct, id: string, props: RegionVaultProps) {
    super(scope, id);
    const { compiled, awsBackup } = props;
    const common = { compiled, awsBackup };
    const region = compiled.regions.primary;
    const vault = new Vault(this, 'Vault', { ...common, side: 'primary' });
    const backup = new ServiceRole(this, 'Backup', { ...common, region, use: 'aws-backup' });
    const restore = new ServiceRole(this, 'Restore', { ...common, region, use: 'aws-restore' });
    for (const group of awsBackup.groups) {
      new GroupPlan(this, `Group-${group.name}`, { ...common, group, vault, role: backup.role });
      if (group.restoreTest) {
        new RestoreTest(this, `Test-${group.name}`, {
          group,
          schedule: group.restoreTest,
          vault,
          role: restore.role,
        });
      }
    }
    const { framework } = new AuditFramework(this, 'Audit', common);
    const { bucket } = new ReportBucket(this, 'ReportBucket', accountOf(compiled, 'primary'));
    new Reports(this, 'Reports', { awsBackup, bucket, framework });
    new VaultAlerts(this, 'Alerts', props);
    new MissingPoints(this, 'Missing', props);
  }
}
