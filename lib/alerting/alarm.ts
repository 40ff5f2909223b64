import { type Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { CompiledPlan } from '../plan/compiled.ts';
import { type RunbookSection, readOn, type Severity } from './runbook.ts';

/** What an alarm is called, whatever it watches. */
export interface AlarmNaming {
  readonly compiled: CompiledPlan;
  /** What it is about: a source, a Lambda, a bucket's side or a region. */
  readonly subject: string;
  readonly section: RunbookSection;
  readonly severity: Severity;
}

export interface AlarmProps extends AlarmNaming {
  readonly topic: sns.ITopic;
  /** What is wrong while it rings, as a sentence without a full stop. */
  readonly description: string;
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  /** @default at least the threshold */
  readonly operator?: cloudwatch.ComparisonOperator;
  /** @default 1 */
  readonly periods?: number;
  /** What no data means. */
  readonly missing: cloudwatch.TreatMissingData;
  /**
   * Whether it is over when the metric says so, which people are then told too. What somebody did is not.
   * @default true
   */
  readonly ends?: boolean;
}

/** An alarm that says whom it concerns, how bad it is and where to read on. */
export class Alarm extends Construct {
  readonly alarm: cloudwatch.Alarm;
  private readonly naming: AlarmNaming;

  constructor(scope: Construct, id: string, props: AlarmProps) {
    super(scope, id);
    this.naming = props;
    this.alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmName: alarmName(props),
      alarmDescription: alarmDescription(props, props.description),
      metric: props.metric,
      threshold: props.threshold,
      comparisonOperator:
        props.operator ?? cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: props.periods ?? 1,
      treatMissingData: props.missing,
    });
    const action = new actions.SnsAction(props.topic);
    this.alarm.addAlarmAction(action);
    if (props.ends !== false) this.alarm.addOkAction(action);
  }

  get arn(): string {
    return alarmArn(this.naming, Stack.of(this));
  }
}

/** Every alarm inside of a stack or a construct, as far as it is made. */
export const alarmsOf = (scope: Construct): Alarm[] =>
  scope.node.findAll().filter((one) => one instanceof Alarm);

export const alarmName = ({ compiled, subject, section, severity }: AlarmNaming): string =>
  `tidemark/${compiled.plan}/${compiled.environment}/${subject}/${section} [${severity}]`;

/** By name: known before deployment, and in stacks that share no references. */
export const alarmArn = (
  naming: AlarmNaming,
  { account, region }: Pick<Stack, 'account' | 'region'>,
): string => `arn:aws:cloudwatch:${region}:${account}:alarm:${alarmName(naming)}`;

export const alarmDescription = ({ severity, section }: AlarmNaming, sentence: string): string =>
  `${severity}: ${sentence}. ${readOn(section)}`;

export function metric(
  namespace: string,
  metricName: string,
  dimensionsMap: Record<string, string>,
  statistic: string,
  period: Duration,
): cloudwatch.Metric {
  return new cloudwatch.Metric({ namespace, metricName, dimensionsMap, statistic, period });
}
