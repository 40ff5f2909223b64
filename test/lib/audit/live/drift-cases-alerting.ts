import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import { DeleteRetentionPolicyCommand } from '@aws-sdk/client-cloudwatch-logs';
import * as events from '@aws-sdk/client-eventbridge';
import * as sns from '@aws-sdk/client-sns';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Cases } from './drift-cases.ts';

/** An alarm can only be put as a whole. */
async function alter(
  client: cloudwatch.CloudWatchClient,
  name: string,
  changes: Partial<cloudwatch.PutMetricAlarmCommandInput>,
): Promise<void> {
  const { MetricAlarms: [found] = [] } = await client.send(
    new cloudwatch.DescribeAlarmsCommand({ AlarmNames: [name] }),
  );
  const { AlarmName, EvaluationPeriods, ComparisonOperator } = found ?? {};
  const needed = { AlarmName, EvaluationPeriods, ComparisonOperator };
  await client.send(new cloudwatch.PutMetricAlarmCommand({ ...found, ...needed, ...changes }));
}

export const ALERTING_CASES: Cases = {
  'an alarm tells nobody': {
    resource: /^AlarmsdatabasebackupmissingAlarm[0-9A-F]{8}$/,
    change: ({ clients }, name) =>
      alter(clients.primary.cloudWatch, name, { ActionsEnabled: false }),
    told: [['ActionsEnabled', 'true', 'false']],
  },
  'an alarm rings at another value': {
    resource: /^StalenessAlarmsfunctionerrorsAlarm[0-9A-F]{8}$/,
    change: ({ clients }, name) => alter(clients.primary.cloudWatch, name, { Threshold: 1000 }),
    told: [['Threshold', expect.any(String), '1000']],
  },
  'an alarm is gone': {
    resource: /^AlarmsdatabasebackupfailedAlarm[0-9A-F]{8}$/,
    change: ({ clients }, name) =>
      clients.primary.cloudWatch.send(new cloudwatch.DeleteAlarmsCommand({ AlarmNames: [name] })),
    told: ['missing'],
  },
  'an alarm that combines others looks at none': {
    resource: /^AlarmsdatabaseStatusAlarm[0-9A-F]{8}$/,
    change: async ({ gateway }, name) => {
      const key = `eu-central-1 ${name}`;
      gateway.compositeAlarms.set(key, { ...gateway.compositeAlarms.get(key), AlarmRule: 'FALSE' });
    },
    told: [['AlarmRule', expect.stringContaining('ALARM("arn:aws:cloudwatch:'), 'FALSE']],
  },
  'a dashboard is gone': {
    resource: /^Dashboard[0-9A-F]{8}$/,
    change: ({ clients }, name) =>
      clients.primary.cloudWatch.send(
        new cloudwatch.DeleteDashboardsCommand({ DashboardNames: [name] }),
      ),
    told: ['missing'],
  },
  'logs are kept for ever': {
    resource: /^StalenessAlertStaleLogs[0-9A-F]{8}$/,
    change: ({ clients }, logGroupName) =>
      clients.primary.logs.send(new DeleteRetentionPolicyCommand({ logGroupName })),
    told: [['RetentionInDays', expect.any(String), null]],
  },
  'a rule is switched off': {
    resource: /^TamperingkeydisabledRule[0-9A-F]{8}$/,
    change: ({ clients }, Name) =>
      clients.primary.events.send(new events.DisableRuleCommand({ Name })),
    told: [['State', 'ENABLED', 'DISABLED']],
  },
  'a rule tells somebody else': {
    side: 'replica',
    resource: /^TamperingkeychangedRule[0-9A-F]{8}$/,
    change: ({ clients }, Rule) =>
      clients.replica.events.send(
        new events.PutTargetsCommand({
          Rule,
          Targets: [{ Id: 'Target0', Arn: 'arn:aws:sns:eu-west-1:123456789012:nobody' }],
        }),
      ),
    told: expect.arrayContaining([
      [
        'Targets[Target0].Arn',
        'arn:aws:sns:eu-west-1:123456789012:tidemark-shop-production',
        'arn:aws:sns:eu-west-1:123456789012:nobody',
      ],
    ]),
  },
  'a rule waits for something else': {
    side: 'replica',
    resource: /^TamperingbucketchangedRule[0-9A-F]{8}$/,
    change: ({ clients }, Name) =>
      clients.replica.events.send(
        new events.PutRuleCommand({ Name, EventPattern: '{"source":["nothing"]}' }),
      ),
    told: expect.arrayContaining([
      ['EventPattern.source', expect.stringContaining('aws.s3'), 'nothing'],
    ]),
  },
  'somebody else hears the alerts, on a topic that is not encrypted': {
    side: 'replica',
    resource: /^AlertsTopic[0-9A-F]{8}$/,
    change: async ({ clients }, TopicArn) => {
      await clients.replica.sns.send(
        new sns.SubscribeCommand({ TopicArn, Protocol: 'email', Endpoint: 'spy@example.net' }),
      );
      await clients.replica.sns.send(
        new sns.SetTopicAttributesCommand({
          ...{ TopicArn, AttributeName: 'KmsMasterKeyId', AttributeValue: 'alias/aws/sns' },
        }),
      );
    },
    told: [
      ['KmsMasterKeyId', expect.stringContaining('arn:aws:kms:'), 'alias/aws/sns'],
      ['Subscription of somebody else', null, '["email spy@example.net"]'],
    ],
  },
  'anybody may send alerts': {
    resource: /^AlertsTopicPolicy[0-9A-F]{8}$/,
    change: (of) =>
      of.clients.primary.sns.send(
        new sns.SetTopicAttributesCommand({
          TopicArn: of.idOf('primary', /^AlertsTopic[0-9A-F]{8}$/),
          AttributeName: 'Policy',
          AttributeValue: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
        }),
      ),
    told: [['PolicyDocument.Statement', expect.stringContaining('sns:Publish'), null]],
  },
  'nobody hears the alerts': {
    side: 'replica',
    resource: /^AlertsTopiconcall/,
    change: ({ clients }, SubscriptionArn) =>
      clients.replica.sns.send(new sns.UnsubscribeCommand({ SubscriptionArn })),
    told: ['missing'],
  },
  'an address did not confirm': {
    resource: /^AlertsTopiconcall/,
    change: async ({ gateway }) => {
      gateway.unconfirmed.add('oncall@example.com');
    },
    told: [['Confirmed', 'true', 'false']],
  },
  'what was not delivered is kept for a minute': {
    resource: /^UndeliveredQueue[0-9A-F]{8}$/,
    change: ({ clients }, QueueUrl) =>
      clients.primary.sqs.send(
        new SetQueueAttributesCommand({ QueueUrl, Attributes: { MessageRetentionPeriod: '60' } }),
      ),
    told: [['MessageRetentionPeriod', '1209600', '60']],
  },
  // Moto drops the policy of a queue whose attributes are set.
  'and nobody may send to it': {
    resource: /^UndeliveredQueuePolicy[0-9A-F]{8}$/,
    change: async () => undefined,
    told: [['PolicyDocument', expect.stringContaining('events.amazonaws.com'), null]],
  },
};
