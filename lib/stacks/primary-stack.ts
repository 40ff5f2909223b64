import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { BreakGlass } from '../access/break-glass.ts';
import { ExporterAccess } from '../access/exporter-access.ts';
import { LandingAccess, landingName, landingServers } from '../access/landing-access.ts';
import { byAlias, type PolicyBucket } from '../access/policies.ts';
import { SourceAccess } from '../access/source-access.ts';
import { type Alarm, alarmsOf } from '../alerting/alarm.ts';
import { AlertStale } from '../alerting/alert-stale.ts';
import { AlertTopic } from '../alerting/alert-topic.ts';
import { Dashboard } from '../alerting/dashboard.ts';
import { FunctionAlarms } from '../alerting/function-alarms.ts';
import { MachineAlarm } from '../alerting/machine-alarm.ts';
import { ReplicationAlarms } from '../alerting/replication-alarms.ts';
import { staleSilence, verifySilence } from '../alerting/silence.ts';
import { SlackChannel } from '../alerting/slack-channel.ts';
import { SourceAlarms } from '../alerting/source-alarms.ts';
import { Tampering } from '../alerting/tampering.ts';
import { Undelivered } from '../alerting/undelivered.ts';
import { isCrossAccount } from '../plan/account.ts';
import { BackupBucket } from '../storage/backup-bucket.ts';
import { EvidenceBucket } from '../storage/evidence-bucket.ts';
import { evidenceOf } from '../storage/location.ts';
import { VeleroBucket } from '../storage/velero-bucket.ts';
import { PrimaryVault } from '../vaults/primary-vault.ts';
import { VerifyChecksum } from '../verification/verify-checksum.ts';
import type { EnvironmentStackProps } from './replica-stack.ts';
import { residentSources } from './spread.ts';

export interface PrimaryStackProps extends EnvironmentStackProps {
  /** Of this account in the other region, for the dashboard. */
  readonly elsewhere: readonly Alarm[];
}

/** Where backups are written, verified and watched. */
export class PrimaryStack extends Stack {
  constructor(scope: Construct, id: string, props: PrimaryStackProps) {
    super(scope, id, props);
    const { compiled, failback } = props;
    const where = { compiled, side: 'primary', replicate: true } as const;
    const backups = new BackupBucket(this, 'Backups', where);
    new EvidenceBucket(this, 'Evidence', { ...where, logs: backups.logs });
    new VeleroBucket(this, 'Velero', { ...where, logs: backups.logs });
    for (const server of landingServers(compiled)) {
      new LandingAccess(this, `Landing-${landingName(server)}`, { ...where, server });
    }
    const { topic } = new AlertTopic(this, 'Alerts', compiled);
    const bucket: PolicyBucket = { ...backups.location, key: { arn: backups.keyArn } };
    const verify = new VerifyChecksum(this, 'Verification', {
      compiled,
      bucket,
      bucketName: backups.location.bucketName,
      evidence: byAlias(evidenceOf(compiled, 'primary')),
    });
    new MachineAlarm(this, 'VerificationMachine', { compiled, topic, machine: verify.machine });
    const stale = new AlertStale(this, 'Staleness', { compiled, bucket });
    new FunctionAlarms(this, 'VerificationAlarms', {
      compiled,
      topic,
      name: 'verify-checksum',
      function: verify.function,
      failures: verify.requests.failed,
      silence: verifySilence(compiled),
    });
    const { heartbeat } = new FunctionAlarms(this, 'StalenessAlarms', {
      compiled,
      topic,
      name: 'alert-stale',
      function: stale.function,
      failures: stale.function.failures,
      silence: staleSilence,
    });
    for (const source of residentSources(compiled)) {
      new SourceAccess(this, `Access-${source.name}`, {
        compiled,
        source,
        side: 'primary',
        keyArn: backups.keyArn,
      });
      new SourceAlarms(this, `Alarms-${source.name}`, { compiled, source, topic, heartbeat });
    }
    new ExporterAccess(this, 'Exporter', { compiled, side: 'primary', keyArn: backups.keyArn });
    const { breakGlass } = compiled;
    if (breakGlass) new BreakGlass(this, 'BreakGlass', { compiled, breakGlass, side: 'primary' });
    const replication = { compiled, topic, side: 'primary' } as const;
    new ReplicationAlarms(this, 'Replication', { ...replication, from: 'primary' });
    if (failback && !isCrossAccount(compiled)) {
      new ReplicationAlarms(this, 'Failback', { ...replication, from: 'replica' });
    }
    const undelivered = new Undelivered(this, 'Undelivered', { compiled, topic }).queue;
    const { awsBackup } = compiled;
    if (awsBackup) {
      new PrimaryVault(this, 'AwsBackup', { compiled, awsBackup, topic, undelivered });
    }
    new Tampering(this, 'Tampering', { compiled, topic, undelivered });
    const { slack } = compiled.alerts;
    if (slack) new SlackChannel(this, 'Slack', { compiled, slack, side: 'primary' });
    new Dashboard(this, 'Dashboard', {
      compiled,
      failback,
      shared: [...alarmsOf(this).filter(isShared), ...props.elsewhere],
    });
  }
}

const isShared = (alarm: Alarm): boolean => !(alarm.node.scope instanceof SourceAlarms);
