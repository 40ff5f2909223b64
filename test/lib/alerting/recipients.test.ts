import type { Template } from 'aws-cdk-lib/assertions';
import type { CompiledPlan } from '../../../lib/plan/compiled.ts';
import { compiledPlan, source, templates } from '../stacks/environment.ts';
import { text } from './template.ts';

const PAGER = 'https://events.pagerduty.com/integration/0123456789abcdef/enqueue';
const SLACK = { workspace: 'T0123456789', channel: 'C0123456789' };

function synthesised(alerts: Partial<CompiledPlan['alerts']>) {
  const plan = compiledPlan({ sources: [source('orders')] });
  return templates({ ...plan, alerts: { ...plan.alerts, ...alerts } });
}

const subscriptions = (template: Template) =>
  Object.values(template.findResources('AWS::SNS::Subscription'))
    .map(({ Properties }) => [Properties.Protocol, Properties.Endpoint])
    .sort();

/** Messages of the rule on a section, with what EventBridge puts in. */
function message(template: Template, section: string, event: Readonly<Record<string, string>>) {
  const [rule] = Object.values(template.findResources('AWS::Events::Rule')).filter(
    ({ Properties }) => Properties.Description.endsWith(`#${section}`),
  );
  const { InputPathsMap, InputTemplate } = rule?.Properties.Targets[0].InputTransformer ?? {};
  return Object.entries<string>(InputPathsMap).reduce(
    (all, [name, path]) => all.replaceAll(`<${name}>`, event[path] ?? ''),
    text(template, InputTemplate),
  );
}

const EVENT = {
  '$.detail.eventName': 'DisableKey',
  '$.detail.requestParameters.keyId': '1234abcd',
  '$.detail.userIdentity.arn': 'arn:aws:sts::123456789012:assumed-role/Admin/mallory',
  '$.detail.sourceIPAddress': '203.0.113.99',
  '$.detail.eventTime': '2026-11-21T12:00:00Z',
};

describe('e-mail and endpoints', () => {
  const both = synthesised({
    email: ['oncall@example.com', 'oncall@example.com'],
    https: [PAGER, PAGER],
  });

  test.each(['primary', 'replica'] as const)('are told in the %s region, each once', (side) => {
    expect(subscriptions(both[side])).toEqual([
      ['email', 'oncall@example.com'],
      ['https', PAGER],
    ]);
  });

  test('read an event as a sentence', () => {
    expect(JSON.parse(message(both.primary, 'key-disabled', EVENT))).toBe(
      'critical: shop production: somebody disables a key or schedules its deletion: without it no backup can be read. ' +
        'call: DisableKey, key: 1234abcd, by: arn:aws:sts::123456789012:assumed-role/Admin/mallory, ' +
        'from: 203.0.113.99, at: 2026-11-21T12:00:00Z. See docs/runbook.md#key-disabled',
    );
  });

  test('need no Slack', () => {
    for (const template of Object.values(both)) {
      template.resourceCountIs('AWS::Chatbot::SlackChannelConfiguration', 0);
    }
  });
});

describe('Slack', () => {
  const { primary, replica } = synthesised({ email: [], slack: SLACK });

  test('is configured once, for the topics of both regions', () => {
    const [channel] = Object.values(
      primary.findResources('AWS::Chatbot::SlackChannelConfiguration'),
    );
    expect(channel?.Properties).toMatchObject({
      ConfigurationName: 'tidemark-shop-production',
      SlackWorkspaceId: SLACK.workspace,
      SlackChannelId: SLACK.channel,
    });
    replica.resourceCountIs('AWS::Chatbot::SlackChannelConfiguration', 0);
    const topics = [primary, replica].map(
      (template) =>
        Object.values(template.findResources('AWS::SNS::Topic'))[0]?.Properties.TopicName,
    );
    expect(channel?.Properties.SnsTopicArns).toEqual([
      `arn:aws:sns:eu-central-1:123456789012:${topics[0]}`,
      `arn:aws:sns:eu-west-1:123456789012:${topics[1]}`,
    ]);
  });

  test('gives nobody in the channel any power', () => {
    const [channel] = Object.values(
      primary.findResources('AWS::Chatbot::SlackChannelConfiguration'),
    );
    expect(JSON.stringify(channel?.Properties.GuardrailPolicies)).toContain('AWSDenyAll');
    const role: string = channel?.Properties.IamRoleArn['Fn::GetAtt'][0];
    expect(primary.findResources('AWS::IAM::Role')[role]?.Properties).not.toHaveProperty(
      'Policies',
    );
    const policies = Object.values(primary.findResources('AWS::IAM::Policy'));
    expect(policies.filter((policy) => JSON.stringify(policy).includes(role))).toEqual([]);
  });

  test('gets events in the form that it shows; anything else, it drops', () => {
    for (const template of [primary, replica]) {
      expect(JSON.parse(message(template, 'key-disabled', EVENT))).toEqual({
        version: '1.0',
        source: 'custom',
        content: {
          textType: 'client-markdown',
          title: expect.stringMatching(/^critical: shop production: somebody disables a key/),
          description: expect.stringContaining('by: arn:aws:sts::123456789012:assumed-role/Admin'),
          nextSteps: ['See docs/runbook.md#key-disabled'],
        },
      });
    }
  });
});
