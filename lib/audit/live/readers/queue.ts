import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { canonicalPolicy } from '../policy.ts';
import { listOf, type Properties, parsed, textAt } from '../properties.ts';
import { fromAnswer, type Look, type Reading } from '../reader.ts';

/** Seconds: what SQS takes unless told otherwise. */
const DEFAULTS = { VisibilityTimeout: 30, DelaySeconds: 0, MessageRetentionPeriod: 345_600 };

export function readQueue({ clients: { sqs }, id, properties }: Look): Reading {
  return {
    expected: { ...DEFAULTS, ...properties },
    skipped: ['QueueName', 'Tags'],
    found: fromAnswer(
      async () => {
        const { RedrivePolicy, SqsManagedSseEnabled, ...rest } = await attributes(sqs, id);
        return {
          ...rest,
          SqsManagedSseEnabled: SqsManagedSseEnabled === 'true' || undefined,
          RedrivePolicy: typeof RedrivePolicy === 'string' ? parsed(RedrivePolicy) : undefined,
        };
      },
      'MessageRetentionPeriod',
      'VisibilityTimeout',
      'DelaySeconds',
      'SqsManagedSseEnabled',
      'KmsMasterKeyId',
      'RedrivePolicy',
    ),
  };
}

export function readQueuePolicy({ clients: { sqs }, properties }: Look): Reading {
  const [queue = ''] = listOf(properties.Queues).filter((url) => typeof url === 'string');
  return {
    expected: { ...properties, PolicyDocument: canonicalPolicy(properties.PolicyDocument) },
    skipped: ['Queues'],
    found: {
      PolicyDocument: async () =>
        canonicalPolicy(parsed(textAt(await attributes(sqs, queue), 'Policy'))),
    },
  };
}

async function attributes(sqs: SQSClient, QueueUrl: string): Promise<Properties> {
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] });
  return (await sqs.send(asked)).Attributes ?? {};
}
