import { Duration, RemovalPolicy, Tags } from 'aws-cdk-lib';
import * as backup from 'aws-cdk-lib/aws-backup';
import { Construct } from 'constructs';
import type { CompiledAwsBackup } from '../plan/aws-backup/compiled.ts';
import { TAG } from '../plan/aws-backup/tags.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import type { Side } from '../storage/location.ts';
import { VaultKey } from './vault-key.ts';
import { vaultPolicy } from './vault-policy.ts';

export interface VaultProps {
  readonly compiled: CompiledPlan;
  readonly awsBackup: CompiledAwsBackup;
  readonly side: Side;
}

/** Where the recovery points of one region are: encrypted, locked as long as the environment says, never removed with the stack. */
export class Vault extends Construct {
  readonly vault: backup.BackupVault;

  constructor(scope: Construct, id: string, { compiled, awsBackup, side }: VaultProps) {
    super(scope, id);
    const { key } = new VaultKey(this, 'Encryption', { compiled, vault: awsBackup.vault, side });
    this.vault = new backup.BackupVault(this, 'Vault', {
      backupVaultName: awsBackup.vault,
      encryptionKey: key,
      accessPolicy: vaultPolicy(compiled, side),
      ...(awsBackup.lock && { lockConfiguration: lockConfiguration(awsBackup.lock) }),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    Tags.of(this.vault).add(TAG.vault, awsBackup.vault);
  }
}

/** Without days until it cannot be changed, it is a governance lock: who has the permission can lift it. */
function lockConfiguration({
  minDays,
  maxDays,
  changeableForDays,
}: NonNullable<CompiledAwsBackup['lock']>): backup.LockConfiguration {
  return {
    minRetention: Duration.days(minDays),
    ...(maxDays !== null && { maxRetention: Duration.days(maxDays) }),
    ...(changeableForDays !== null && { changeableFor: Duration.days(changeableForDays) }),
  };
}
