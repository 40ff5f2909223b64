import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BreakGlass } from '../access/break-glass.ts';
import { ExporterAccess } from '../access/exporter-access.ts';
import { LandingAccess, landingName, landingServers } from '../access/landing-access.ts';
import { SourceAccess } from '../access/source-access.ts';
import { type Alarm, alarmsOf } from '../alerting/alarm.ts';
import { AlertTopic } from '../alerting/alert-topic.ts';
import { ReplicationAlarms } from '../alerting/replication-alarms.ts';
import { SlackChannel } from '../alerting/slack-channel.ts';
import { Tampering } from '../alerting/tampering.ts';
import { Undelivered } from '../alerting/undelivered.ts';
import { isCrossAccount } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { BackupBucket } from '../storage/backup-bucket.ts';
import { EvidenceBucket } from '../storage/evidence-bucket.ts';
import { VeleroBucket } from '../storage/velero-bucket.ts';
import { ReplicaVault } from '../vaults/replica-vault.ts';
import { residentSources } from './spread.ts';

export interface EnvironmentStackProps extends StackProps {
  readonly compiled: CompiledPlan;
  /** Replicate from the replica back to the primary bucket, which must exist. */
  readonly failback: boolean;
}

/** The second copy, in the replica region, ready to be restored from and written to. */
export class ReplicaStack extends Stack {
  /** For the dashboard, which is made in the other region. */
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: EnvironmentStackProps) {
    super(scope, id, props);
    const { compiled, failback } = props;
    const where = { compiled, side: 'replica', replicate: failback } as const;
    const { keyArn, logs } = new BackupBucket(this, 'Backups', where);
    new EvidenceBucket(this, 'Evidence', { ...where, logs });
    new VeleroBucket(this, 'Velero', { ...where, logs });
    for (const server of landingServers(compiled)) {
      new LandingAccess(this, `Landing-${landingName(server)}`, { ...where, server });
    }
    for (const source of residentSources(compiled)) {
      new SourceAccess(this, `Access-${source.name}`, {
        compiled,
        source,
        side: 'replica',
        keyArn,
      });
    }
    const { topic } = new AlertTopic(this, 'Alerts', compiled);
    new ExporterAccess(this, 'Exporter', { compiled, side: 'replica', keyArn });
    const { breakGlass } = compiled;
    if (breakGlass) new BreakGlass(this, 'BreakGlass', { compiled, breakGlass, side: 'replica' });
    const replication = { compiled, topic, side: 'replica' } as const;
    if (!isCrossAccount(compiled)) {
      new ReplicationAlarms(this, 'Replication', { ...replication, from: 'primary' });
    }
    if (failback) new ReplicationAlarms(this, 'Failback', { ...replication, from: 'replica' });
    const undelivered = new Undelivered(this, 'Undelivered', { compiled, topic }).queue;
    const { awsBackup } = compiled;
    if (awsBackup) {
      new ReplicaVault(this, 'AwsBackup', { compiled, awsBackup, topic, undelivered });
    }
    new Tampering(this, 'Tampering', { compiled, topic, undelivered });
    const { slack } = compiled.alerts;
    if (slack && isCrossAccount(compiled)) {
      new SlackChannel(this, 'Slack', { compiled, slack, side: 'replica', alone: !failback });
    }
    this.alarms = alarmsOf(this);
  }
}
