import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { Alarm, metric } from '../alerting/alarm.ts';
import { STALE_EVERY_MINUTES } from '../alerting/alert-stale.ts';
import { groupDimensions, NAMESPACE, OVERDUE_POINTS } from '../alerting/metrics.ts';
import type { CompiledAwsBackup } from '../plan/aws-backup/compiled.ts';
import type { CompiledPlan } from '../plan/compiled.ts';

export interface MissingPointsProps {
  readonly compiled: CompiledPlan;
  readonly awsBackup: CompiledAwsBackup;
  readonly topic: sns.ITopic;
}

/** AWS Backup sends no event about a job that never was: one alarm for each group of resources says that something is missing. */
export class MissingPoints extends Construct {
  constructor(scope: Construct, id: string, { compiled, awsBackup, topic }: MissingPointsProps) {
    super(scope, id);
    for (const { name } of awsBackup.groups) {
      new Alarm(this, name, {
        compiled,
        topic,
        subject: `aws-backup-${name}`,
        section: 'recovery-point-missing',
        severity: 'critical',
        description: `resources of the group ${name} have no recovery point as recent as their rules promise`,
        metric: metric(
          NAMESPACE,
          OVERDUE_POINTS,
          groupDimensions(compiled, name),
          'Maximum',
          Duration.minutes(STALE_EVERY_MINUTES),
        ),
        threshold: 1,
        periods: 2,
        missing: TreatMissingData.BREACHING,
      });
    }
  }
}
