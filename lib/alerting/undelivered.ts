import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from '../access/acknowledge.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { Alarm } from './alarm.ts';

export interface UndeliveredProps {
  readonly compiled: CompiledPlan;
  readonly topic: sns.ITopic;
}

/** Alerts that did not arrive: whoever still hears something, hears of them. */
export class Undelivered extends Construct {
  /** Takes events that the topic did not. */
  readonly queue: sqs.Queue;

  constructor(scope: Construct, id: string, { compiled, topic }: UndeliveredProps) {
    super(scope, id);
    this.queue = new sqs.Queue(this, 'Queue', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    acknowledge(this.queue, {
      'AwsSolutions-SQS3':
        'it is where events go that could not be delivered, and nobody reads it in a loop: an alarm says that something is in it',
    });
    new Alarm(this, 'Events', {
      ...undelivered({ compiled, topic }),
      subject: 'events',
      description:
        'events that people must be told of wait in a queue, as the topic did not take them',
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(5),
        statistic: 'Maximum',
      }),
    });
    subscribersAlarm(this, { compiled, topic });
  }
}

/** Of a topic some of whose endpoints do not take what the others hear of. */
export function subscribersAlarm(scope: Construct, { compiled, topic }: UndeliveredProps): void {
  new Alarm(scope, 'Subscribers', {
    ...undelivered({ compiled, topic }),
    subject: 'subscribers',
    description: 'an endpoint of the topic did not take an alert',
    metric: topic.metricNumberOfNotificationsFailed({
      period: Duration.minutes(5),
      statistic: 'Sum',
    }),
  });
}

const undelivered = ({ compiled, topic }: UndeliveredProps) =>
  ({
    compiled,
    topic,
    section: 'alerts-undelivered',
    severity: 'critical',
    threshold: 1,
    missing: TreatMissingData.NOT_BREACHING,
  }) as const;
