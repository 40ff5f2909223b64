import type { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { CompiledPlan } from '../plan/compiled.ts';

const RUNBOOK = 'docs/runbook.md';

type Severity = 'critical' | 'warning';

/** Sections of the runbook: one for each kind of alarm. */
export type RunbookSection =
  | 'backup-failed'
  | 'backup-missing'
  | 'backup-too-small'
  | 'verification-failed'
  | 'verification-overdue'
  | 'wal-behind'
  | 'wal-lost'
  | 'heartbeat-missing'
  | 'function-errors'
  | 'events-failed'
  | 'replication-behind'
  | 'replication-failed';

export interface AlarmProps {
  readonly compiled: CompiledPlan;
  readonly topic: sns.Topic;
  /** What it is about: a source, a Lambda or a bucket's side. */
  readonly subject: string;
  readonly section: RunbookSection;
  readonly severity: Severity;
  /** What is wrong while it rings, as a sentence without a full stop. */
  readonly description: string;
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  readonly operator?: cloudwatch.ComparisonOperator;
  /** @default 1 */
  readonly periods?: number;
  /** What no data means. */
  readonly missing: cloudwatch.TreatMissingData;
}

/** An alarm that says whom it concerns, how bad it is and where to read on. */
export class Alarm extends Construct {
  constructor(scope: Construct, id: string, props: AlarmProps) {
    super(scope, id);
    const { compiled, subject, section, severity } = props;
    const alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmName: `tidemark/${compiled.plan}/${compiled.environment}/${subject}/${section} [${severity}]`,
      alarmDescription: `${severity}: ${props.description}. See ${RUNBOOK}#${section}`,
      metric: props.metric,
      threshold: props.threshold,
      comparisonOperator:
        props.operator ?? cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: props.periods ?? 1,
      treatMissingData: props.missing,
    });
    const action = new actions.SnsAction(props.topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}

export function metric(
  namespace: string,
  metricName: string,
  dimensionsMap: Record<string, string>,
  statistic: string,
  period: Duration,
): cloudwatch.Metric {
  return new cloudwatch.Metric({ namespace, metricName, dimensionsMap, statistic, period });
}
