import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { CompiledPlan } from '../plan/compiled.ts';

/**
 * Encrypts alerts. CloudWatch and EventBridge may use it, which the account's aws/sns key does not allow. EventBridge is
 * let in by each rule that has the topic for a target, and without a condition: its requests to KMS carry neither
 * aws:SourceAccount nor aws:SourceArn.
 */
export class AlertKey extends Construct {
  readonly key: kms.Key;

  constructor(scope: Construct, id: string, { plan, environment }: CompiledPlan) {
    super(scope, id);
    this.key = new kms.Key(this, 'Key', {
      description: `alerts of ${plan}-${environment}`,
      enableKeyRotation: true,
      // Alerts that were sent are no longer in the topic: nothing is lost with the key.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'EncryptAlarms',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
  }
}
