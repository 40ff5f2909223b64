import { Duration } from 'aws-cdk-lib';
import {
  ComparisonOperator,
  type IAlarm,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { CompiledPlan } from '../plan/compiled.ts';
import { locationOf } from '../storage/location.ts';
import type { PlanFunction } from '../verification/plan-function.ts';
import { Alarm, type AlarmNaming, type AlarmProps, alarmArn, metric } from './alarm.ts';
import { type FunctionName, functionDimensions, HEARTBEAT, NAMESPACE } from './metrics.ts';

export interface FunctionAlarmsProps {
  readonly compiled: CompiledPlan;
  readonly topic: sns.ITopic;
  readonly name: FunctionName;
  readonly function: PlanFunction;
  /** Where what it could not do ends. */
  readonly failures: sqs.IQueue;
  /** How long it may be silent; undefined where CloudWatch cannot look back that far. */
  readonly silence: { readonly period: Duration; readonly periods: number } | undefined;
}

/** A watcher that does not run must not look like one that finds nothing. */
export class FunctionAlarms extends Construct {
  /** Undefined where CloudWatch cannot look back as far as the silence may last. */
  readonly heartbeat: IAlarm | undefined;

  constructor(scope: Construct, id: string, props: FunctionAlarmsProps) {
    super(scope, id);
    const { compiled, topic, name, silence } = props;
    const add = (alarm: Omit<AlarmProps, 'compiled' | 'topic' | 'subject'>): Alarm =>
      new Alarm(this, alarm.section, { ...alarm, compiled, topic, subject: name });
    if (silence) {
      this.heartbeat = add({
        ...heartbeatNaming(compiled, name),
        description: `${name} has not come to its end for ${Duration.seconds(silence.period.toSeconds() * silence.periods).toHumanString()}`,
        metric: beats(props, silence.period),
        threshold: 1,
        operator: ComparisonOperator.LESS_THAN_THRESHOLD,
        periods: silence.periods,
        missing: TreatMissingData.BREACHING,
      }).alarm;
    }
    add({
      section: 'function-errors',
      severity: 'warning',
      description: `${name} ended with an error`,
      metric: props.function.function.metricErrors({ period: Duration.minutes(15) }),
      threshold: 1,
      missing: TreatMissingData.NOT_BREACHING,
    });
    add({
      section: 'function-throttled',
      severity: 'warning',
      description: `${name} has had to wait for its turn again and again for an hour`,
      metric: props.function.function.metricThrottles({ period: Duration.minutes(15) }),
      threshold: 1,
      // Many sources that are due at once take turns: only waiting without an end is wrong.
      periods: 4,
      missing: TreatMissingData.NOT_BREACHING,
    });
    add({
      section: 'events-failed',
      severity: 'critical',
      description: `events that ${name} could not handle wait in its queue`,
      metric: props.failures.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
      threshold: 1,
      missing: TreatMissingData.NOT_BREACHING,
    });
  }
}

const heartbeatNaming = (compiled: CompiledPlan, name: FunctionName): AlarmNaming => ({
  compiled,
  subject: name,
  section: 'heartbeat-missing',
  severity: 'critical',
});

/** By name, for stacks that share no references. */
export const heartbeatArn = (compiled: CompiledPlan, name: FunctionName): string =>
  alarmArn(heartbeatNaming(compiled, name), locationOf(compiled, 'primary'));

const beats = ({ compiled, name }: FunctionAlarmsProps, period: Duration): Metric =>
  metric(NAMESPACE, HEARTBEAT, functionDimensions(compiled, name), 'Sum', period);
