import { PutDashboardCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateTopicCommand,
  SetTopicAttributesCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { listOf } from '../../../lib/audit/live/properties.ts';
import { type Creator, input, nameOf } from './creator.ts';

export const createTopic: Creator = async (resource) => {
  const { clients, properties: of } = resource;
  const { TopicArn } = await clients.sns.send(
    new CreateTopicCommand({
      Name: nameOf(resource, 'TopicName'),
      Attributes: {
        ...(of.DisplayName !== undefined && { DisplayName: String(of.DisplayName) }),
        ...(of.KmsMasterKeyId !== undefined && { KmsMasterKeyId: String(of.KmsMasterKeyId) }),
      },
    }),
  );
  return TopicArn ?? '';
};

export const createTopicPolicy: Creator = async ({ clients, properties, logicalId }) => {
  for (const topic of listOf(properties.Topics)) {
    await clients.sns.send(
      new SetTopicAttributesCommand({
        TopicArn: String(topic),
        AttributeName: 'Policy',
        AttributeValue: JSON.stringify(properties.PolicyDocument),
      }),
    );
  }
  return `${logicalId}-1`;
};

export const createSubscription: Creator = async ({ clients, properties: of }) => {
  const { SubscriptionArn } = await clients.sns.send(
    new SubscribeCommand({
      TopicArn: String(of.TopicArn),
      Protocol: String(of.Protocol),
      Endpoint: String(of.Endpoint),
      ReturnSubscriptionArn: true,
    }),
  );
  return SubscriptionArn ?? '';
};

export const createQueue: Creator = async (resource) => {
  const { QueueName: _, Tags: __, ...attributes } = resource.properties;
  const { QueueUrl } = await resource.clients.sqs.send(
    new CreateQueueCommand({
      QueueName: nameOf(resource, 'QueueName'),
      Attributes: Object.fromEntries(
        Object.entries(attributes).map(([key, value]) => [
          key,
          typeof value === 'object' ? JSON.stringify(value) : String(value),
        ]),
      ),
    }),
  );
  return QueueUrl ?? '';
};

export const createQueuePolicy: Creator = async ({ clients, properties, logicalId }) => {
  for (const queue of listOf(properties.Queues)) {
    await clients.sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: String(queue),
        Attributes: { Policy: JSON.stringify(properties.PolicyDocument) },
      }),
    );
  }
  return `${logicalId}-1`;
};

export const createRule: Creator = async (resource) => {
  const { clients, properties: of } = resource;
  const Name = nameOf(resource, 'Name');
  await clients.events.send(
    new PutRuleCommand({
      Name,
      ...input<object>(of),
      ...(of.EventPattern !== undefined && { EventPattern: JSON.stringify(of.EventPattern) }),
      Tags: [],
    }),
  );
  await clients.events.send(new PutTargetsCommand({ Rule: Name, Targets: input(of.Targets) }));
  return Name;
};

export const createAlarm: Creator = async ({ clients, properties }) => {
  await clients.cloudWatch.send(new PutMetricAlarmCommand(input(properties)));
  return String(properties.AlarmName);
};

export const createCompositeAlarm: Creator = async ({ properties, gateway, where }) => {
  const name = String(properties.AlarmName);
  gateway.compositeAlarms.set(`${where.region} ${name}`, { ActionsEnabled: true, ...properties });
  return name;
};

export const createDashboard: Creator = async ({ clients, properties }) => {
  const DashboardName = String(properties.DashboardName);
  const DashboardBody = String(properties.DashboardBody);
  await clients.cloudWatch.send(new PutDashboardCommand({ DashboardName, DashboardBody }));
  return DashboardName;
};
