import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as pipes from 'aws-cdk-lib/aws-pipes';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type * as stepfunctions from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledge, OWN_POLICY } from '../access/acknowledge.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { boundedName } from '../plan/values/bounded-name.ts';

const NAME_LIMIT = 80;

/** Tries to start an execution, about ten minutes apart, before a request is put aside. */
const TRIES = 5;

/**
 * Requests to verify something wait here until an execution has begun for each. One that cannot be begun is put aside in a
 * queue with an alarm, from which SQS itself moves it back when the reason is gone.
 */
export class Requests extends Construct {
  readonly queue: sqs.Queue;
  /** Holds what could not be begun. */
  readonly failed: sqs.Queue;

  constructor(scope: Construct, id: string, { plan, environment }: CompiledPlan) {
    super(scope, id);
    const name = (use: string): string =>
      boundedName(`tidemark-${plan}-${environment}-${use}`, NAME_LIMIT);
    const common = {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.DESTROY,
    };
    this.failed = new sqs.Queue(this, 'Failed', {
      ...common,
      queueName: name('verify-failed'),
    });
    this.queue = new sqs.Queue(this, 'Queue', {
      ...common,
      queueName: name('verify'),
      visibilityTimeout: Duration.minutes(10),
      deadLetterQueue: { queue: this.failed, maxReceiveCount: TRIES },
    });
  }

  /** Begins one execution for each request. */
  begin(machine: stepfunctions.StateMachine): void {
    const { account, region } = Stack.of(this);
    const role = new iam.Role(this, 'Role', {
      description: 'begins a verification for each request',
      assumedBy: new iam.ServicePrincipal('pipes.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnLike: { 'aws:SourceArn': `arn:aws:pipes:${region}:${account}:pipe/*` },
        },
      }),
      inlinePolicies: {
        Begin: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
              resources: [this.queue.queueArn],
            }),
            new iam.PolicyStatement({
              actions: ['states:StartExecution'],
              resources: [machine.stateMachineArn],
            }),
          ],
        }),
      },
    });
    acknowledge(role, OWN_POLICY);
    new pipes.CfnPipe(this, 'Pipe', {
      description: 'requests to verify something, each to an execution of its own',
      roleArn: role.roleArn,
      source: this.queue.queueArn,
      sourceParameters: { sqsQueueParameters: { batchSize: 1 } },
      target: machine.stateMachineArn,
      targetParameters: {
        stepFunctionStateMachineParameters: { invocationType: 'FIRE_AND_FORGET' },
      },
    });
  }
}
