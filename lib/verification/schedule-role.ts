import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge, OWN_POLICY } from '../access/acknowledge.ts';
import type { PlanFunction } from './plan-function.ts';

/**
 * What schedules call a function as. The one that the CDK would make may also call every version and alias of it; in
 * return this one does not take what targets would add.
 */
export class ScheduleRole extends Construct {
  readonly role: iam.IRole;

  constructor(scope: Construct, id: string, target: PlanFunction) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    const role = new iam.Role(this, 'Role', {
      description: `calls ${target.node.id} on schedule`,
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': account,
            'aws:SourceArn': `arn:aws:scheduler:${region}:${account}:schedule-group/default`,
          },
        },
      }),
      inlinePolicies: {
        Call: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: ['lambda:InvokeFunction'],
              resources: [target.function.functionArn],
            }),
            new iam.PolicyStatement({
              actions: ['sqs:SendMessage'],
              resources: [target.failures.queueArn],
            }),
          ],
        }),
      },
    });
    acknowledge(role, OWN_POLICY);
    this.role = role.withoutPolicyUpdates();
  }
}
