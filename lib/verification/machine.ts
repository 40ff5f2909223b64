/** The state machine of a verification, in Amazon States Language. */

export interface MachineProps {
  /** ARN of the function that plans and collects. */
  readonly checksum: string;
  /** ARN of the function that reads one item. */
  readonly part: string;
  /** Name of the bucket with the items. */
  readonly workBucket: string;
}

/** Items that one verification reads at once. */
export const ITEMS_AT_ONCE = 10;

/** A little longer than a call of the functions takes at most. */
const CALL_WITHIN_SECONDS = 16 * 60;

/** Failures of Lambda itself, and calls for which there was no room: they pass, though it may take hours. */
const BUSY = {
  ErrorEquals: [
    'Lambda.AWSLambdaException',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.SdkClientException',
    'Lambda.ServiceException',
    'Lambda.TooManyRequestsException',
  ],
  IntervalSeconds: 5,
  BackoffRate: 2,
  MaxDelaySeconds: 300,
  MaxAttempts: 40,
  JitterStrategy: 'FULL',
};

/** The store was away for longer than a call waits for it. */
const AGAIN = { ErrorEquals: ['States.ALL'], IntervalSeconds: 60, BackoffRate: 3, MaxAttempts: 3 };

/**
 * Plan, read in parallel, collect. Every step may run again: what it has written is found by the next try, and by a second
 * execution for the same event. An item that cannot be read ends no other; the collector says that it was not read.
 */
export function verificationMachine({ checksum, part, workBucket }: MachineProps): object {
  return {
    Comment: 'reads backups again and compares every byte',
    StartAt: 'Plan',
    States: {
      Plan: {
        ...call(checksum, { step: 'plan', 'event.$': '$' }),
        OutputPath: '$.Payload',
        Next: 'WhatNext',
      },
      WhatNext: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.next', StringEquals: 'read', Next: 'Read' },
          { Variable: '$.next', StringEquals: 'collect', Next: 'Collect' },
        ],
        Default: 'Nothing',
      },
      Nothing: { Type: 'Succeed', Comment: 'the same event was worked on before' },
      Read: {
        Type: 'Map',
        Label: 'Items',
        MaxConcurrency: ITEMS_AT_ONCE,
        ToleratedFailurePercentage: 100,
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'JSON' },
          Parameters: { Bucket: workBucket, 'Key.$': '$.items' },
        },
        ItemSelector: {
          'run.$': '$.run',
          'index.$': '$$.Map.Item.Index',
          'item.$': '$$.Map.Item.Value',
        },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'ReadItem',
          States: {
            ReadItem: { ...call(part, undefined), ResultSelector: {}, End: true },
          },
        },
        // Results of thousands of items would not fit into the state; ours are in the same bucket.
        ResultWriter: {
          Resource: 'arn:aws:states:::s3:putObject',
          Parameters: { Bucket: workBucket, 'Prefix.$': '$.map' },
        },
        ResultPath: null,
        Next: 'Collect',
      },
      Collect: { ...call(checksum, { step: 'collect', 'run.$': '$.run' }), End: true },
    },
  };
}

/** @param payload undefined = the state as it is */
const call = (functionArn: string, payload: object | undefined): object => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: {
    FunctionName: functionArn,
    ...(payload ? { Payload: payload } : { 'Payload.$': '$' }),
  },
  TimeoutSeconds: CALL_WITHIN_SECONDS,
  Retry: [BUSY, AGAIN],
});
