import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge, OWN_POLICY } from '../access/acknowledge.ts';
import { roleName } from '../access/role-names.ts';
import type { FunctionName } from '../alerting/metrics.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { functionCode } from './function-code.ts';

export interface PlanFunctionProps {
  readonly compiled: CompiledPlan;
  readonly name: FunctionName;
  readonly description: string;
  readonly timeout: Duration;
  readonly memorySize: number;
  /** Runs at once, at most. */
  readonly concurrency: number;
  /** What it may do beside writing its own log and its failed events. */
  readonly statements: readonly iam.PolicyStatement[];
  /** Environment variables. @default none of its own */
  readonly environment?: Readonly<Record<string, string>>;
  /** Takes events that it could not handle. @default a queue of its own */
  readonly failures?: sqs.IQueue;
}

/** The shortest retention of CloudWatch Logs that keeps the promise; it offers only some numbers of days. */
export function logRetention(promisedDays: number | null): logs.RetentionDays {
  const offered = Object.values(logs.RetentionDays)
    .filter((days) => typeof days === 'number' && days !== logs.RetentionDays.INFINITE)
    .map(Number)
    .sort((a, b) => a - b);
  return (
    offered.find((days) => promisedDays !== null && days >= promisedDays) ??
    logs.RetentionDays.INFINITE
  );
}

/** A Lambda of the primary region that works on a compiled plan. What it cannot do ends in a queue with an alarm. */
export class PlanFunction extends Construct {
  readonly function: lambda.Function;
  readonly failures: sqs.IQueue;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: PlanFunctionProps) {
    super(scope, id);
    const { compiled, name } = props;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      retention: logRetention(compiled.logDays),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.failures =
      props.failures ??
      new sqs.Queue(this, 'Failures', {
        encryption: sqs.QueueEncryption.SQS_MANAGED,
        enforceSSL: true,
        retentionPeriod: Duration.days(14),
        removalPolicy: RemovalPolicy.DESTROY,
      });
    this.role = new iam.Role(this, 'Role', {
      roleName: roleName(compiled, compiled.regions.primary, name),
      description: props.description,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: {
        Work: new iam.PolicyDocument({
          statements: [
            ...props.statements,
            new iam.PolicyStatement({
              sid: 'Log',
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
          ],
        }),
      },
    });
    this.function = new lambda.Function(this, 'Function', {
      description: props.description,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      code: functionCode(this, name, compiled),
      handler: 'index.handler',
      timeout: props.timeout,
      memorySize: props.memorySize,
      reservedConcurrentExecutions: props.concurrency,
      // A second try for what passes by itself; a third would only delay the alarm.
      retryAttempts: 1,
      deadLetterQueue: this.failures,
      role: this.role,
      logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
      environment: { POWERTOOLS_SERVICE_NAME: name, ...props.environment },
    });
    acknowledge(this.role, OWN_POLICY);
    acknowledge(logGroup, {
      'NIST.800.53.R5-CloudWatchLogGroupEncrypted':
        'CloudWatch encrypts the log with a key of its own; it holds names and numbers, never content or credentials, and must stay readable when a key of ours is the problem',
    });
    acknowledge(this.function, {
      'NIST.800.53.R5-LambdaInsideVPC':
        'it accepts no connections and calls only AWS: its role, the policies of bucket and key and the signature of every request protect those calls, and nothing of it is in a network of ours',
    });
  }
}
