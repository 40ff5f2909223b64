import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge, OWN_POLICY } from '../access/acknowledge.ts';

export interface ScheduleRoleProps {
  /** What a schedule does at its time, as whoever reads the role is told. */
  readonly description: string;
  readonly statements: iam.PolicyStatement[];
}

/**
 * What schedules act as. The one that the CDK would make may also call every version and alias of a function; in return
 * this one does not take what targets would add.
 */
export class ScheduleRole extends Construct {
  readonly role: iam.IRole;

  constructor(scope: Construct, id: string, { description, statements }: ScheduleRoleProps) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    const role = new iam.Role(this, 'Role', {
      description,
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': account,
            'aws:SourceArn': `arn:aws:scheduler:${region}:${account}:schedule-group/default`,
          },
        },
      }),
      inlinePolicies: { Call: new iam.PolicyDocument({ statements }) },
    });
    acknowledge(role, OWN_POLICY);
    this.role = role.withoutPolicyUpdates();
  }
}
