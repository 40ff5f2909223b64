import { CreateLogGroupCommand, PutRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateFunctionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { CreatePipeCommand } from '@aws-sdk/client-pipes';
import { CreateScheduleCommand } from '@aws-sdk/client-scheduler';
import { CreateStateMachineCommand, type LoggingConfiguration } from '@aws-sdk/client-sfn';
import { listOf, member } from '../../../lib/audit/live/properties.ts';
import { type Creator, input, nameOf } from './creator.ts';

export const createFunction: Creator = async (resource) => {
  const { clients, properties: of } = resource;
  const FunctionName = nameOf(resource, 'FunctionName', 64);
  const { Code: _, ReservedConcurrentExecutions: reserved, Tags: __, ...rest } = of;
  await clients.lambda.send(
    new CreateFunctionCommand({
      ...input<{ Role: string }>(rest),
      FunctionName,
      Code: { ZipFile: Buffer.from('no code') },
    }),
  );
  if (typeof reserved === 'number') {
    await clients.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: reserved }),
    );
  }
  return FunctionName;
};

export const createEventInvoke: Creator = async ({ clients, properties, logicalId }) => {
  await clients.lambda.send(new PutFunctionEventInvokeConfigCommand(input(properties)));
  return `${logicalId}-1`;
};

export const createPipe: Creator = async (resource) => {
  const Name = nameOf(resource, 'Name', 64);
  await resource.clients.pipes.send(
    new CreatePipeCommand({
      ...input<{ Source: string; Target: string; RoleArn: string }>(resource.properties),
      Name,
    }),
  );
  return Name;
};

export const createLogGroup: Creator = async (resource) => {
  const { clients, properties } = resource;
  const logGroupName = nameOf(resource, 'LogGroupName');
  await clients.logs.send(new CreateLogGroupCommand({ logGroupName }));
  const retentionInDays = Number(properties.RetentionInDays);
  await clients.logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays }));
  return logGroupName;
};

export const createSchedule: Creator = async (resource) => {
  const Name = nameOf(resource, 'Name', 64);
  await resource.clients.scheduler.send(
    new CreateScheduleCommand(input({ ...resource.properties, Name })),
  );
  return Name;
};

export const createStateMachine: Creator = async (resource) => {
  const { clients, properties: of } = resource;
  const { stateMachineArn } = await clients.sfn.send(
    new CreateStateMachineCommand({
      name: nameOf(resource, 'StateMachineName', 80),
      definition: String(of.DefinitionString),
      roleArn: String(of.RoleArn),
      loggingConfiguration: loggingOf(of.LoggingConfiguration),
      tracingConfiguration: { enabled: member(of.TracingConfiguration, 'Enabled') === true },
    }),
  );
  return stateMachineArn ?? '';
};

const loggingOf = (logging: unknown): LoggingConfiguration =>
  input({
    level: member(logging, 'Level') ?? 'OFF',
    includeExecutionData: member(logging, 'IncludeExecutionData') === true,
    destinations: listOf(member(logging, 'Destinations')).map((one) => ({
      cloudWatchLogsLogGroup: {
        logGroupArn: member(member(one, 'CloudWatchLogsLogGroup'), 'LogGroupArn'),
      },
    })),
  });
