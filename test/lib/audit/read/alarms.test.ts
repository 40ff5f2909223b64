import { checkAlarms } from '../../../../lib/audit/checks/alarms.ts';
import { readAlarms } from '../../../../lib/audit/read/alarms.ts';
import { readTemplate } from '../../../../lib/audit/template.ts';
import { compiledPlan } from '../../stacks/environment.ts';

const KEY = '0123456789abcdef';
const PAGER = `https://events.pagerduty.com/integration/${KEY}/enqueue`;

const { alerts, ...plan } = compiledPlan();
const compiled = { ...plan, alerts: { ...alerts, email: [], https: [PAGER] } };

/** An alarm, its topic, and who is subscribed to it. */
const alarmsOf = (endpoint: string) =>
  readAlarms(
    readTemplate({
      file: 'aws/shop-production-eu-central-1.template.json',
      text: JSON.stringify({
        Resources: {
          Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
          Pager: {
            Type: 'AWS::SNS::Subscription',
            Properties: { Protocol: 'https', Endpoint: endpoint, TopicArn: { Ref: 'Topic' } },
          },
          Alarm: {
            Type: 'AWS::CloudWatch::Alarm',
            Properties: { AlarmName: 'a [critical]', AlarmActions: [{ Ref: 'Topic' }] },
          },
        },
      }),
    }).resources,
  );
const breaches = (endpoint: string) => checkAlarms(alarmsOf(endpoint), [], [], compiled);

test('an endpoint is named without the key that its path holds', () => {
  expect(alarmsOf(PAGER)[0]?.topics).toMatchObject([
    { addresses: ['https://events.pagerduty.com/…'] },
  ]);
});

test('an endpoint that is not subscribed is a breach, which does not tell the key either', () => {
  expect(breaches(PAGER)).toEqual([]);
  const [breach, ...more] = breaches('https://alerts.example.com/other');
  expect(more).toEqual([]);
  expect(breach?.message).toContain('nobody tells https://events.pagerduty.com/…');
  expect(`${breach?.message} ${breach?.remedy}`).not.toContain(KEY);
});
