import { Construct } from 'constructs';
import { isCrossAccount } from '../plan/account.ts';
import type { RegionVaultProps } from './primary-vault.ts';
import { ServiceRole } from './service-roles.ts';
import { Vault } from './vault.ts';
import { VaultAlerts } from './vault-alerts.ts';

/** The copies, and the role that restores them when the other region is gone. */
export class ReplicaVault extends Construct {
  constructor(scope: Construct, id: string, props: RegionVaultProps) {
    super(scope, id);
    const { compiled, awsBackup } = props;
    const common = { compiled, awsBackup };
    const region = compiled.regions.replica;
    new Vault(this, 'Vault', { ...common, side: 'replica' });
    new ServiceRole(this, 'Restore', { ...common, region, use: 'aws-restore' });
    // The other account's role is not there to copy back what that account has lost.
    if (isCrossAccount(compiled)) {
      new ServiceRole(this, 'CopyBack', { ...common, region, use: 'aws-backup' });
    }
    new VaultAlerts(this, 'Alerts', props);
  }
}
