import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { PolicyBucket } from '../access/policies.ts';
import { SourceAccess } from '../access/source-access.ts';
import { AlertStale } from '../alerting/alert-stale.ts';
import { AlertTopic } from '../alerting/alert-topic.ts';
import { FunctionAlarms } from '../alerting/function-alarms.ts';
import { ReplicationAlarms } from '../alerting/replication-alarms.ts';
import { staleSilence, verifySilence } from '../alerting/silence.ts';
import { SourceAlarms } from '../alerting/source-alarms.ts';
import { derivedSources } from '../plan/compiled.ts';
import { BackupBucket } from '../storage/backup-bucket.ts';
import { PrimaryVault } from '../vaults/primary-vault.ts';
import { VerifyChecksum } from '../verification/verify-checksum.ts';
import type { EnvironmentStackProps } from './replica-stack.ts';

/** Where backups are written, verified and watched. */
export class PrimaryStack extends Stack {
  constructor(scope: Construct, id: string, props: EnvironmentStackProps) {
    super(scope, id, props);
    const { compiled, failback } = props;
    const backups = new BackupBucket(this, 'Backups', {
      compiled,
      side: 'primary',
      replicate: true,
    });
    const { topic } = new AlertTopic(this, 'Alerts', compiled);
    for (const source of derivedSources(compiled)) {
      new SourceAccess(this, `Access-${source.name}`, {
        compiled,
        source,
        side: 'primary',
        keyArn: backups.keyArn,
      });
      new SourceAlarms(this, `Alarms-${source.name}`, { compiled, source, topic });
    }
    const bucket: PolicyBucket = { ...backups.location, key: { arn: backups.keyArn } };
    const verify = new VerifyChecksum(this, 'Verification', {
      compiled,
      bucket,
      bucketName: backups.location.bucketName,
    });
    const stale = new AlertStale(this, 'Staleness', { compiled, bucket });
    new FunctionAlarms(this, 'VerificationAlarms', {
      compiled,
      topic,
      name: 'verify-checksum',
      function: verify.function,
      silence: verifySilence(compiled),
    });
    new FunctionAlarms(this, 'StalenessAlarms', {
      compiled,
      topic,
      name: 'alert-stale',
      function: stale.function,
      silence: staleSilence,
    });
    new ReplicationAlarms(this, 'Replication', { compiled, topic, from: 'primary' });
    if (failback) new ReplicationAlarms(this, 'Failback', { compiled, topic, from: 'replica' });
    if (compiled.awsBackup) {
      new PrimaryVault(this, 'AwsBackup', { compiled, awsBackup: compiled.awsBackup, topic });
    }
  }
}
