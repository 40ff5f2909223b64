import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { SourceAccess } from '../access/source-access.ts';
import { AlertTopic } from '../alerting/alert-topic.ts';
import { ReplicationAlarms } from '../alerting/replication-alarms.ts';
import { type CompiledPlan, derivedSources } from '../plan/compiled.ts';
import { BackupBucket } from '../storage/backup-bucket.ts';
import { ReplicaVault } from '../vaults/replica-vault.ts';

export interface EnvironmentStackProps extends StackProps {
  readonly compiled: CompiledPlan;
  /** Replicate from the replica back to the primary bucket, which must exist. */
  readonly failback: boolean;
}

/** The second copy, in the replica region, ready to be restored from and written to. */
export class ReplicaStack extends Stack {
  constructor(scope: Construct, id: string, props: EnvironmentStackProps) {
    super(scope, id, props);
    const { compiled, failback } = props;
    const { keyArn } = new BackupBucket(this, 'Backups', {
      compiled,
      side: 'replica',
      replicate: failback,
    });
    for (const source of derivedSources(compiled)) {
      new SourceAccess(this, `Access-${source.name}`, {
        compiled,
        source,
        side: 'replica',
        keyArn,
      });
    }
    const { topic } = new AlertTopic(this, 'Alerts', compiled);
    new ReplicationAlarms(this, 'Replication', { compiled, topic, from: 'primary' });
    if (failback) new ReplicationAlarms(this, 'Failback', { compiled, topic, from: 'replica' });
    if (compiled.awsBackup) {
      new ReplicaVault(this, 'AwsBackup', { compiled, awsBackup: compiled.awsBackup, topic });
    }
  }
}
