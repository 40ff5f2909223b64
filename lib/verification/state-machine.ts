import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import * as stepfunctions from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge, OWN_POLICY } from '../access/acknowledge.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { boundedName } from '../plan/values/bounded-name.ts';
import { verificationMachine } from './machine.ts';
import { logRetention, type PlanFunction } from './plan-function.ts';
import { workPatterns } from './work-bucket.ts';

const NAME_LIMIT = 80;

export interface VerificationMachineProps {
  readonly compiled: CompiledPlan;
  readonly checksum: PlanFunction;
  readonly part: PlanFunction;
  readonly work: s3.Bucket;
}

/** Runs one verification: plans it, reads its items in parallel, and has what was found put together. */
export class VerificationMachine extends Construct {
  readonly machine: stepfunctions.StateMachine;

  constructor(scope: Construct, id: string, props: VerificationMachineProps) {
    super(scope, id);
    const { compiled, checksum, part, work } = props;
    const name = boundedName(
      `tidemark-${compiled.plan}-${compiled.environment}-verify`,
      NAME_LIMIT,
    );
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logRetention(compiled.logDays),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const definition = verificationMachine({
      checksum: checksum.function.functionArn,
      part: part.function.functionArn,
      workBucket: work.bucketName,
    });
    const role = this.role(name, props);
    this.machine = new stepfunctions.StateMachine(this, 'Machine', {
      stateMachineName: name,
      comment: `verifies backups of ${compiled.plan} ${compiled.environment}`,
      definitionBody: stepfunctions.DefinitionBody.fromString(
        Stack.of(this).toJsonString(definition),
      ),
      // The construct would add rights of its own.
      role: role.withoutPolicyUpdates(),
      logs: { destination: logGroup, level: stepfunctions.LogLevel.ALL },
    });
    this.machine.node.addDependency(role);
    acknowledge(logGroup, {
      'NIST.800.53.R5-CloudWatchLogGroupEncrypted':
        'CloudWatch encrypts the log with a key of its own; it holds which step ran when, and must stay readable when a key of ours is the problem',
    });
    acknowledge(this.machine, {
      'AwsSolutions-SF2':
        'its log tells when each step began and ended and its functions write down what they did; a trace would add a right to a service that knows no resources',
    });
  }

  private role(name: string, { checksum, part, work }: VerificationMachineProps): iam.Role {
    const { account, region } = Stack.of(this);
    const arn = (kind: string): string => `arn:aws:states:${region}:${account}:${kind}:${name}`;
    // Children of a distributed map are executions of their own.
    const children = `${arn('execution')}/*`;
    const items = '*/items.json';
    const results = '*/map/*';
    const role = new iam.Role(this, 'Role', {
      description: 'runs verifications of backups',
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          // For an item of the distributed map it is the machine with the map's label behind it.
          ArnLike: { 'aws:SourceArn': [arn('stateMachine'), `${arn('stateMachine')}/*`] },
        },
      }),
      inlinePolicies: {
        Run: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'Call',
              actions: ['lambda:InvokeFunction'],
              resources: [checksum.function.functionArn, part.function.functionArn],
            }),
            new iam.PolicyStatement({
              sid: 'BeginItems',
              actions: ['states:StartExecution'],
              resources: [arn('stateMachine')],
            }),
            new iam.PolicyStatement({
              sid: 'FollowItems',
              actions: [
                'states:DescribeExecution',
                'states:RedriveExecution',
                'states:StopExecution',
              ],
              resources: [children],
            }),
            new iam.PolicyStatement({
              sid: 'Items',
              actions: ['s3:GetObject'],
              resources: [work.arnForObjects(items)],
            }),
            new iam.PolicyStatement({
              sid: 'Results',
              actions: [
                's3:AbortMultipartUpload',
                's3:GetObject',
                's3:ListMultipartUploadParts',
                's3:PutObject',
              ],
              resources: [work.arnForObjects(results)],
            }),
            new iam.PolicyStatement({
              sid: 'Log',
              actions: [
                'logs:CreateLogDelivery',
                'logs:DeleteLogDelivery',
                'logs:DescribeLogGroups',
                'logs:DescribeResourcePolicies',
                'logs:GetLogDelivery',
                'logs:ListLogDeliveries',
                'logs:PutResourcePolicy',
                'logs:UpdateLogDelivery',
              ],
              resources: ['*'],
            }),
          ],
        }),
      },
    });
    acknowledge(role, {
      ...OWN_POLICY,
      ...workPatterns(work, [items, results]),
      [`AwsSolutions-IAM5[Resource::${children}]`]:
        'executions of this one state machine, which are not known before they begin',
      'AwsSolutions-IAM5[Resource::*]':
        'Step Functions needs these rights to write its own log, and CloudWatch Logs knows no resources for them',
    });
    return role;
  }
}
