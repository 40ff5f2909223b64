import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { accountOf } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { boundedName } from '../plan/values/bounded-name.ts';
import type { Side } from '../storage/location.ts';
import { AlertKey } from './alert-key.ts';

const TOPIC_NAME_LIMIT = 256;

/** Where alarms and events of a region go: to everybody whom the plan names. */
export class AlertTopic extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, compiled: CompiledPlan) {
    super(scope, id);
    const { plan, environment, alerts } = compiled;
    this.topic = new sns.Topic(this, 'Topic', {
      topicName: topicName(compiled),
      displayName: `tidemark ${plan}-${environment}`,
      masterKey: new AlertKey(this, 'Encryption', compiled).key,
      enforceSSL: true,
    });
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'PublishAlarms',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    for (const address of new Set(alerts.email)) {
      this.topic.addSubscription(new subscriptions.EmailSubscription(address));
    }
    for (const endpoint of new Set(alerts.https)) {
      this.topic.addSubscription(new subscriptions.UrlSubscription(endpoint));
    }
  }
}

const topicName = ({ plan, environment }: CompiledPlan): string =>
  boundedName(`tidemark-${plan}-${environment}`, TOPIC_NAME_LIMIT);

/**
 * By name, so that one stack can name the topic of another.
 * @param side whose account and, unless said otherwise, region it is in
 */
export const topicArn = (
  compiled: CompiledPlan,
  side: Side,
  region = compiled.regions[side],
): string => `arn:aws:sns:${region}:${accountOf(compiled, side)}:${topicName(compiled)}`;
