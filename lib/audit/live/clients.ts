import { BackupClient } from '@aws-sdk/client-backup';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EKSClient } from '@aws-sdk/client-eks';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { PipesClient } from '@aws-sdk/client-pipes';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';

const CONNECT_WITHIN_MS = 5_000;
const ANSWER_WITHIN_MS = 30_000;
/** Throttling is what looking at many resources meets first; the SDK waits longer before each. */
const ATTEMPTS = 6;

export interface ClientOptions {
  readonly region: string;
  /** A profile of the shared configuration. @default the SDK's chain of credentials */
  readonly profile?: string | undefined;
  /** Of a request, the first one included. @default 6 */
  readonly attempts?: number | undefined;
}

/** The services of one region and account. Credentials are found when the first of them is asked. */
export function clientsOf({ region, profile, attempts = ATTEMPTS }: ClientOptions) {
  const config = {
    region,
    maxAttempts: attempts,
    requestHandler: { connectionTimeout: CONNECT_WITHIN_MS, requestTimeout: ANSWER_WITHIN_MS },
    ...(profile !== undefined && { profile }),
  };
  return {
    backup: new BackupClient(config),
    cloudFormation: new CloudFormationClient(config),
    cloudWatch: new CloudWatchClient(config),
    eks: new EKSClient(config),
    events: new EventBridgeClient(config),
    iam: new IAMClient(config),
    kms: new KMSClient(config),
    lambda: new LambdaClient(config),
    logs: new CloudWatchLogsClient(config),
    pipes: new PipesClient(config),
    s3: new S3Client(config),
    scheduler: new SchedulerClient(config),
    sfn: new SFNClient(config),
    sns: new SNSClient(config),
    sqs: new SQSClient(config),
    sts: new STSClient(config),
  };
}

export type Clients = ReturnType<typeof clientsOf>;

export function destroy(clients: Clients): void {
  for (const client of Object.values(clients)) client.destroy();
}
