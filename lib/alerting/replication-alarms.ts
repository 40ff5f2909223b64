import { Duration } from 'aws-cdk-lib';
import { ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { CompiledPlan } from '../plan/compiled.ts';
import { locationOf, otherSide, type Side } from '../storage/location.ts';
import { REPLICATION_RULE } from '../storage/replication.ts';
import { Alarm, metric } from './alarm.ts';

/** What S3's replication time control promises, in seconds. */
const FIFTEEN_MINUTES = 900;

export interface ReplicationAlarmsProps {
  readonly compiled: CompiledPlan;
  readonly topic: sns.Topic;
  /** Side that is copied from. */
  readonly from: Side;
}

/**
 * S3 publishes some metrics of replication in the region of the destination and some in the source's, and none while
 * nothing is written. So both regions hold both alarms, and no data changes nothing.
 */
export class ReplicationAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ReplicationAlarmsProps) {
    super(scope, id);
    const { compiled, topic, from } = props;
    const [source, target] = [locationOf(compiled, from), locationOf(compiled, otherSide(from))];
    const of = (name: string, statistic: string): Metric =>
      metric(
        'AWS/S3',
        name,
        {
          SourceBucket: source.bucketName,
          DestinationBucket: target.bucketName,
          RuleId: REPLICATION_RULE,
        },
        statistic,
        Duration.minutes(5),
      );
    const common = { compiled, topic, subject: `replication-from-${source.region}` };
    new Alarm(this, 'Behind', {
      ...common,
      section: 'replication-behind',
      severity: 'warning',
      description: `${target.bucketName} is more than 15 minutes behind`,
      metric: of('ReplicationLatency', 'Maximum'),
      threshold: FIFTEEN_MINUTES,
      operator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      periods: 3,
      missing: TreatMissingData.IGNORE,
    });
    new Alarm(this, 'Failed', {
      ...common,
      section: 'replication-failed',
      severity: 'critical',
      description: `objects were not copied to ${target.bucketName}`,
      metric: of('OperationsFailedReplication', 'Sum'),
      threshold: 1,
      missing: TreatMissingData.IGNORE,
    });
  }
}
