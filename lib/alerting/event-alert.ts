import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { Alarm, type AlarmNaming, alarmDescription, metric } from './alarm.ts';
import { notification } from './notification.ts';

/** Where the events of a region are told. */
export interface EventDestination {
  readonly topic: sns.ITopic;
  /** Takes what could not be told. */
  readonly undelivered: sqs.IQueue;
}

export interface EventAlertProps extends AlarmNaming, EventDestination {
  /** What happened, as a sentence without a full stop. */
  readonly description: string;
  readonly pattern: events.EventPattern;
  /** What the event says, by what it is called: paths such as `$.detail.eventName`. */
  readonly fields: Readonly<Record<string, string>>;
}

/**
 * Something that must not happen unheard. The message says at once what was done and by whom; the alarm has a name and
 * a state, without which a pager takes no notice. It does not say that it is over: only people know.
 */
export class EventAlert extends Construct {
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, props: EventAlertProps) {
    super(scope, id);
    const { topic, undelivered, description, pattern } = props;
    const rule = new events.Rule(this, 'Rule', {
      description: alarmDescription(props, description),
      eventPattern: pattern,
      targets: [
        new targets.SnsTopic(topic, {
          message: notification(props),
          deadLetterQueue: undelivered,
        }),
      ],
    });
    this.alarm = new Alarm(this, 'Happened', {
      ...props,
      metric: metric(
        'AWS/Events',
        'TriggeredRules',
        { RuleName: rule.ruleName },
        'Sum',
        Duration.minutes(5),
      ),
      threshold: 1,
      missing: TreatMissingData.NOT_BREACHING,
      ends: false,
    });
  }
}
