import { DescribePipeCommand } from '@aws-sdk/client-pipes';
import { isObject, type Properties } from '../properties.ts';
import { fromAnswer, type Look, type Reading } from '../reader.ts';

/** Seconds: how long a pipe waits for a batch to fill unless told otherwise. */
const BATCH_SECONDS = 0;

/** From a queue to a state machine; what other sources and targets have is not read. */
export function readPipe({ clients: { pipes }, id, properties }: Look): Reading {
  return {
    expected: {
      DesiredState: 'RUNNING',
      ...properties,
      CurrentState: 'RUNNING',
      SourceParameters: withoutDefaults(properties.SourceParameters),
    },
    skipped: ['Name', 'Tags'],
    found: fromAnswer(
      async () => {
        const found = await pipes.send(new DescribePipeCommand({ Name: id }));
        return { ...found, SourceParameters: withoutDefaults(found.SourceParameters) };
      },
      ...['CurrentState', 'Description', 'DesiredState', 'Enrichment', 'RoleArn', 'Source'],
      ...['SourceParameters', 'Target', 'TargetParameters', 'KmsKeyIdentifier'],
    ),
  };
}

function withoutDefaults(parameters: unknown): Properties {
  if (!isObject(parameters)) return {};
  const { SqsQueueParameters: queue, ...others } = parameters;
  if (!isObject(queue)) return others;
  const { MaximumBatchingWindowInSeconds: seconds = BATCH_SECONDS, ...rest } = queue;
  return { ...others, SqsQueueParameters: { ...rest, MaximumBatchingWindowInSeconds: seconds } };
}
