import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { CompiledPlan } from '../plan/compiled.ts';
import { evidenceOf, locationOf, otherSide, type Side, veleroOf } from '../storage/location.ts';
import { Alarm } from './alarm.ts';
import { replicationMetric } from './replication-metrics.ts';

/** What S3's replication time control promises, in seconds. */
const FIFTEEN_MINUTES = 900;

/** What S3 copies under that promise, in bytes a second, unless more was asked for: 1 Gbit/s. */
const COPIED_PER_SECOND = 1e9 / 8;

/** What of a bucket was not copied is never copied by itself, and its lifecycle does not remove it. */
const COPIED = [
  { id: 'Failed', what: 'replication', at: locationOf },
  { id: 'EvidenceFailed', what: 'evidence', at: evidenceOf },
  { id: 'VeleroFailed', what: 'velero', at: veleroOf },
];

export interface ReplicationAlarmsProps {
  readonly compiled: CompiledPlan;
  readonly topic: sns.ITopic;
  /** Side that is copied from. */
  readonly from: Side;
  /** Side of the stack. */
  readonly side: Side;
}

/**
 * S3 publishes some metrics of replication in the region of the destination and some in the source's, and none while
 * nothing is written. So both regions hold both alarms, and no data changes nothing. What is pending is published in the
 * region of the destination only.
 */
export class ReplicationAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ReplicationAlarmsProps) {
    super(scope, id);
    const { compiled, topic, from, side } = props;
    const [source, target] = [locationOf(compiled, from), locationOf(compiled, otherSide(from))];
    const common = { compiled, topic, subject: `replication-from-${source.region}` };
    new Alarm(this, 'Behind', {
      ...common,
      section: 'replication-behind',
      severity: 'warning',
      description: `${target.bucketName} is more than 15 minutes behind`,
      metric: replicationMetric(compiled, from, 'latency'),
      threshold: FIFTEEN_MINUTES,
      operator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      periods: 3,
      missing: TreatMissingData.IGNORE,
    });
    for (const { id, what, at } of COPIED) {
      new Alarm(this, id, {
        compiled,
        topic,
        subject: `${what}-from-${source.region}`,
        section: 'replication-failed',
        severity: 'critical',
        description: `objects were not copied to ${at(compiled, otherSide(from)).bucketName}`,
        metric: replicationMetric(compiled, from, 'failed', at),
        threshold: 1,
        missing: TreatMissingData.IGNORE,
      });
    }
    if (side === from) return;
    new Alarm(this, 'Backlog', {
      ...common,
      section: 'replication-backlog',
      severity: 'warning',
      description: `for an hour more has waited for ${target.bucketName} than S3 copies in its 15 minutes`,
      metric: replicationMetric(compiled, from, 'pendingBytes'),
      threshold: COPIED_PER_SECOND * FIFTEEN_MINUTES,
      operator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      periods: 12,
      missing: TreatMissingData.IGNORE,
    });
  }
}
