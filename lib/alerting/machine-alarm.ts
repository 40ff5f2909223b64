import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as stepfunctions from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { CompiledPlan } from '../plan/compiled.ts';
import { Alarm } from './alarm.ts';

export interface MachineAlarmProps {
  readonly compiled: CompiledPlan;
  readonly topic: sns.ITopic;
  readonly machine: stepfunctions.IStateMachine;
}

/** A verification that ended in the middle has found nothing, which must not look like one that found nothing wrong. */
export class MachineAlarm extends Construct {
  constructor(scope: Construct, id: string, { compiled, topic, machine }: MachineAlarmProps) {
    super(scope, id);
    new Alarm(this, 'Failed', {
      compiled,
      topic,
      subject: 'verification',
      section: 'verification-stopped',
      severity: 'critical',
      description: 'a verification ended before it had found anything out',
      metric: machine.metricFailed({ period: Duration.minutes(15), statistic: 'Sum' }),
      threshold: 1,
      missing: TreatMissingData.NOT_BREACHING,
    });
  }
}
