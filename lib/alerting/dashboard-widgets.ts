import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { isCrossAccount } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { otherSide, type Side } from '../storage/location.ts';
import { STALE_EVERY_MINUTES } from './alert-stale.ts';
import { DIMENSION, METRIC, NAMESPACE, planDimensions } from './metrics.ts';
import { REPLICATION_METRIC, replicationMetric } from './replication-metrics.ts';

/** Of a dashboard, in columns. */
export const WIDTH = 24;
const THIRD = WIDTH / 3;
const HEIGHT = 7;

/** What a graph can show. */
const SERIES = 100;

/** A graph of every source, the worst ones first where not all of them fit. */
interface OfSources {
  readonly title: string;
  readonly metric: string;
  readonly worst: 'highest' | 'lowest';
}

const OF_SOURCES: readonly OfSources[] = [
  { title: 'Age of the newest full backup, seconds', metric: METRIC.age, worst: 'highest' },
  { title: 'Its size, of the average', metric: METRIC.sizeRatio, worst: 'lowest' },
  { title: 'Failed runs since a success', metric: METRIC.failedRuns, worst: 'highest' },
  { title: 'Write-ahead log not stored, seconds', metric: METRIC.walLag, worst: 'highest' },
  { title: 'Time since a verification, seconds', metric: METRIC.verificationAge, worst: 'highest' },
  {
    title: 'Problems that verification found',
    metric: METRIC.verificationProblems,
    worst: 'highest',
  },
];

export const sourceWidgets = (compiled: CompiledPlan): cloudwatch.IWidget[][] =>
  inRows(
    OF_SOURCES.map(
      ({ title, metric, worst }) =>
        new cloudwatch.GraphWidget({
          title,
          width: THIRD,
          height: HEIGHT,
          left: [search(compiled, metric, worst)],
          leftYAxis: { min: 0, showUnits: false },
          legendPosition: cloudwatch.LegendPosition.RIGHT,
        }),
    ),
  );

function search(
  compiled: CompiledPlan,
  metric: string,
  worst: OfSources['worst'],
): cloudwatch.MathExpression {
  const ours = planDimensions(compiled);
  const schema = [NAMESPACE, ...Object.keys(ours), DIMENSION.source].join(',');
  const terms = Object.entries({ ...ours, MetricName: metric }).map(
    ([name, value]) => `${name}="${value}"`,
  );
  const [statistic, order] = worst === 'highest' ? ['Maximum', 'DESC'] : ['Minimum', 'ASC'];
  const period = Duration.minutes(STALE_EVERY_MINUTES);
  return new cloudwatch.MathExpression({
    expression: `SORT(SEARCH('{${schema}} ${terms.join(' ')}', '${statistic}', ${period.toSeconds()}), ${worst === 'highest' ? 'MAX' : 'MIN'}, ${order}, ${SERIES})`,
    label: `\${PROP('Dim.${DIMENSION.source}')}`,
    period,
    searchRegion: compiled.regions.primary,
  });
}

/**
 * Each where S3 publishes it: what waits, where it goes to; what failed, where it comes from. The account of the bucket
 * that is copied from sees both, so the way back from another account is not shown.
 */
export function replicationWidgets(
  compiled: CompiledPlan,
  failback: boolean,
): cloudwatch.IWidget[][] {
  const back = failback && !isCrossAccount(compiled);
  const directions: Side[] = back ? ['primary', 'replica'] : ['primary'];
  const graph = (title: string, metric: keyof typeof REPLICATION_METRIC): cloudwatch.GraphWidget =>
    new cloudwatch.GraphWidget({
      title,
      width: THIRD,
      height: HEIGHT,
      left: directions.map((from) => {
        const { publishedAt } = REPLICATION_METRIC[metric];
        const [source, target] = [compiled.regions[from], compiled.regions[otherSide(from)]];
        return replicationMetric(compiled, from, metric).with({
          region: publishedAt === 'source' ? source : target,
          label: `${source} to ${target}`,
        });
      }),
      leftYAxis: { min: 0 },
    });
  return inRows([
    graph('Replication: behind, seconds', 'latency'),
    graph('Replication: bytes that wait', 'pendingBytes'),
    graph('Replication: objects that failed', 'failed'),
  ]);
}

const inRows = (widgets: readonly cloudwatch.IWidget[]): cloudwatch.IWidget[][] =>
  Array.from({ length: Math.ceil(widgets.length / 3) }, (_, row) =>
    widgets.slice(row * 3, row * 3 + 3),
  );
