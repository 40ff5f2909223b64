import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { CompiledPlan } from '../plan/compiled.ts';
import { locationOf, otherSide, type Side } from '../storage/location.ts';
import { REPLICATION_RULE } from '../storage/replication.ts';

/** Metrics of S3 on one direction of replication, and in whose region it publishes them. */
export const REPLICATION_METRIC = {
  latency: { name: 'ReplicationLatency', statistic: 'Maximum', publishedAt: 'destination' },
  /** The least that waited: what never falls to nothing is a backlog. */
  pendingBytes: {
    name: 'BytesPendingReplication',
    statistic: 'Minimum',
    publishedAt: 'destination',
  },
  failed: { name: 'OperationsFailedReplication', statistic: 'Sum', publishedAt: 'source' },
} as const;

/**
 * @param from side that is copied from
 * @param at which bucket of a side; default: that of the backups
 */
export function replicationMetric(
  compiled: CompiledPlan,
  from: Side,
  metric: keyof typeof REPLICATION_METRIC,
  at: typeof locationOf = locationOf,
): cloudwatch.Metric {
  const { name, statistic } = REPLICATION_METRIC[metric];
  const [source, target] = [at(compiled, from), at(compiled, otherSide(from))];
  return new cloudwatch.Metric({
    namespace: 'AWS/S3',
    metricName: name,
    dimensionsMap: {
      SourceBucket: source.bucketName,
      DestinationBucket: target.bucketName,
      RuleId: REPLICATION_RULE,
    },
    statistic,
    period: Duration.minutes(5),
  });
}
