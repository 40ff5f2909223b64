import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { CompiledPlan } from '../plan/compiled.ts';

/** Where alarms go: encrypted with a key that CloudWatch may use, which the account's aws/sns key does not allow. */
export class AlertTopic extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, compiled: CompiledPlan) {
    super(scope, id);
    const name = `${compiled.plan}-${compiled.environment}`;
    const key = new kms.Key(this, 'Key', {
      description: `alerts of ${name}`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.topic = new sns.Topic(this, 'Topic', {
      displayName: `tidemark ${name}`,
      masterKey: key,
      enforceSSL: true,
    });
    const ofAlarms: iam.Conditions = {
      StringEquals: { 'aws:SourceAccount': compiled.account },
    };
    const cloudwatch = new iam.ServicePrincipal('cloudwatch.amazonaws.com');
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'EncryptAlarms',
        principals: [cloudwatch],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: ofAlarms,
      }),
    );
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'PublishAlarms',
        principals: [cloudwatch],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: ofAlarms,
      }),
    );
    for (const address of compiled.alerts.email) {
      this.topic.addSubscription(new subscriptions.EmailSubscription(address));
    }
  }
}
