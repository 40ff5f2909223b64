import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type Alarm, alarmsOf } from '../alerting/alarm.ts';
import { AlertTopic } from '../alerting/alert-topic.ts';
import { ReplicationAlarms } from '../alerting/replication-alarms.ts';
import { subscribersAlarm } from '../alerting/undelivered.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { otherSide, type Side } from '../storage/location.ts';

export interface WatchStackProps extends StackProps {
  readonly compiled: CompiledPlan;
  /** Side that is copied from. */
  readonly from: Side;
}

/**
 * Whether the other account's copy keeps up. S3 publishes how far it is behind in the region of the destination, and, as
 * all metrics of a bucket, in the account of the source: so this is in a region where that account has nothing else.
 */
export class WatchStack extends Stack {
  /** For the dashboard of the account. */
  readonly alarms: readonly Alarm[];

  constructor(scope: Construct, id: string, props: WatchStackProps) {
    super(scope, id, props);
    const { compiled, from } = props;
    const { topic } = new AlertTopic(this, 'Alerts', compiled);
    new ReplicationAlarms(this, 'Replication', { compiled, topic, from, side: otherSide(from) });
    subscribersAlarm(this, { compiled, topic });
    this.alarms = alarmsOf(this);
  }
}
