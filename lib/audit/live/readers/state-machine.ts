import { DescribeStateMachineCommand, type LoggingConfiguration } from '@aws-sdk/client-sfn';
import { isObject, listOf, member, type Properties, parsed, textAt } from '../properties.ts';
import { fromAnswer, type Look, type Reading } from '../reader.ts';

export function readStateMachine({ clients: { sfn }, id, properties }: Look): Reading {
  return {
    expected: {
      ...properties,
      StateMachineType: properties.StateMachineType ?? 'STANDARD',
      DefinitionString: parsed(textAt(properties, 'DefinitionString')),
      TracingConfiguration: {
        Enabled: member(properties.TracingConfiguration, 'Enabled') ?? false,
      },
    },
    skipped: ['StateMachineName', 'Tags'],
    found: fromAnswer(
      async () => {
        const found = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn: id }));
        return {
          StateMachineType: found.type,
          RoleArn: found.roleArn,
          DefinitionString: parsed(found.definition),
          LoggingConfiguration: logging(found.loggingConfiguration, properties),
          TracingConfiguration: { Enabled: found.tracingConfiguration?.enabled ?? false },
          EncryptionConfiguration: undefined,
        };
      },
      ...['DefinitionString', 'LoggingConfiguration', 'RoleArn', 'StateMachineType'],
      'TracingConfiguration',
    ),
  };
}

/** As CloudFormation writes it; nothing where nothing is logged and the template does not speak of it. */
function logging(found: LoggingConfiguration | undefined, properties: Properties): unknown {
  const asked = properties.LoggingConfiguration;
  if (!found || (found.level === 'OFF' && asked === undefined)) return undefined;
  const says = isObject(asked) && asked.IncludeExecutionData !== undefined;
  return {
    Level: found.level,
    IncludeExecutionData: says
      ? found.includeExecutionData
      : found.includeExecutionData || undefined,
    Destinations: listOf(found.destinations).map((one) => ({
      CloudWatchLogsLogGroup: {
        LogGroupArn: member(member(one, 'cloudWatchLogsLogGroup'), 'logGroupArn'),
      },
    })),
  };
}
