import { Construct } from 'constructs';
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
    new Vault(this, 'Vault', { ...common, side: 'replica' });
    new ServiceRole(this, 'Restore', {
      ...common,
      region: compiled.regions.replica,
      use: 'aws-restore',
    });
    new VaultAlerts(this, 'Alerts', props);
  }
}
