import {
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { unlessAbsent } from '../failure.ts';
import { isObject, listOf, member, type Properties, parsed, textAt } from '../properties.ts';
import { fromAnswer, type Look, type Reading } from '../reader.ts';

/** What Lambda takes unless told otherwise. */
const DEFAULTS: Properties = {
  Architectures: ['x86_64'],
  EphemeralStorage: { Size: 512 },
  MemorySize: 128,
  Timeout: 3,
  TracingConfig: { Mode: 'PassThrough' },
};
const LOG_LEVEL = 'INFO';

export function readFunction({ clients: { lambda }, id, properties }: Look): Reading {
  return {
    expected: { ...DEFAULTS, ...properties, State: 'Active' },
    // The digest of the code that Lambda tells is not the one that names the package.
    skipped: ['FunctionName', 'Tags', 'Code'],
    found: {
      ...fromAnswer(
        () => configuration(lambda, id, properties),
        ...['Architectures', 'DeadLetterConfig', 'Description', 'Environment', 'EphemeralStorage'],
        ...['Handler', 'Layers', 'LoggingConfig', 'MemorySize', 'Role', 'Runtime', 'State'],
        ...['Timeout', 'TracingConfig'],
      ),
      ReservedConcurrentExecutions: async () => {
        const asked = new GetFunctionConcurrencyCommand({ FunctionName: id });
        return (await lambda.send(asked)).ReservedConcurrentExecutions;
      },
      // What calls it does so with a role: no template lets anybody in by a policy of the function.
      'Permission of somebody else': async () => (await statements(lambda, id)).map(callerOf),
    },
  };
}

async function configuration(
  lambda: LambdaClient,
  FunctionName: string,
  expected: Properties,
): Promise<Properties> {
  const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const { LogFormat, LogGroup, ApplicationLogLevel, SystemLogLevel } = found.LoggingConfig ?? {};
  const levels = { ApplicationLogLevel, SystemLogLevel };
  const said = Object.entries(levels).filter(
    ([name, level]) => level !== LOG_LEVEL || member(expected.LoggingConfig, name) !== undefined,
  );
  return {
    ...found,
    Environment: { Variables: found.Environment?.Variables },
    Layers: found.Layers?.map(({ Arn }) => Arn),
    LoggingConfig: { LogFormat, LogGroup, ...Object.fromEntries(said) },
  };
}

export function readEventInvoke({ clients: { lambda }, properties }: Look): Reading {
  const FunctionName = textAt(properties, 'FunctionName') ?? '';
  const Qualifier = textAt(properties, 'Qualifier');
  return {
    skipped: ['FunctionName', 'Qualifier'],
    found: fromAnswer(
      async () => ({
        ...(await lambda.send(
          new GetFunctionEventInvokeConfigCommand({
            FunctionName,
            ...(Qualifier && { Qualifier }),
          }),
        )),
      }),
      'MaximumRetryAttempts',
      'MaximumEventAgeInSeconds',
      'DestinationConfig',
    ),
  };
}

async function statements(lambda: LambdaClient, FunctionName: string) {
  const answer = await unlessAbsent(
    lambda.send(new GetPolicyCommand({ FunctionName })),
    'ResourceNotFoundException',
  );
  return listOf(member(parsed(answer?.Policy), 'Statement')).filter(isObject);
}

function callerOf({ Principal: principal, Condition: condition }: Properties): string {
  const who = member(principal, 'Service') ?? member(principal, 'AWS') ?? principal;
  const source = member(member(condition, 'ArnLike'), 'AWS:SourceArn');
  return source === undefined ? `${who}` : `${who} for ${source}`;
}
