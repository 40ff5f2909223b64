import {
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetPolicyCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { unlessAbsent } from '../failure.ts';
import { isObject, listOf, member, type Properties, parsed, textAt } from '../properties.ts';
import { fromAnswer, type Look, type Reading, ResourceAbsentError } from '../reader.ts';

/** What Lambda takes unless told otherwise. */
const DEFAULTS: Properties = {
  Architectures: ['x86_64'],
  EphemeralStorage: { Size: 512 },
  MemorySize: 128,
  Timeout: 3,
  TracingConfig: { Mode: 'PassThrough' },
};
const LOG_LEVEL = 'INFO';

export function readFunction({ clients: { lambda }, id, properties, all }: Look): Reading {
  const ours = all
    .filter(({ type }) => type === 'AWS::Lambda::Permission')
    .map(({ properties: of }) => callerOf(of.Principal, of.SourceArn));
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
      'Permission of somebody else': async () =>
        (await statements(lambda, id))
          .map((statement) => callerOf(principalOf(statement), sourceOf(statement)))
          .filter((caller) => !ours.includes(caller)),
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

/** A statement in the policy of the function, told by who may call it. */
export function readPermission({ clients: { lambda }, properties }: Look): Reading {
  const name = textAt(properties, 'FunctionName') ?? '';
  const caller = callerOf(properties.Principal, properties.SourceArn);
  return {
    skipped: ['FunctionName', 'Principal', 'SourceArn'],
    found: fromAnswer(
      async () => {
        const one = (await statements(lambda, name)).find(
          (statement) => callerOf(principalOf(statement), sourceOf(statement)) === caller,
        );
        if (!one) throw new ResourceAbsentError(`${caller} may not call ${name}`);
        return {
          Action: one.Action,
          SourceAccount: member(member(one.Condition, 'StringEquals'), 'AWS:SourceAccount'),
        };
      },
      'Action',
      'SourceAccount',
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

const principalOf = ({ Principal: principal }: Properties): unknown =>
  member(principal, 'Service') ?? member(principal, 'AWS') ?? principal;

const sourceOf = ({ Condition: condition }: Properties): unknown =>
  member(member(condition, 'ArnLike'), 'AWS:SourceArn');

const callerOf = (principal: unknown, source: unknown): string =>
  source === undefined ? `${principal}` : `${principal} for ${source}`;
