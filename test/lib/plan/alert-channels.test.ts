import { compile } from '../../../lib/plan/compile.ts';
import type { PlanInput } from '../../../lib/plan/schema.ts';
import { findingsOf, plan } from './example.ts';

const PAGER = 'https://events.pagerduty.com/integration/0123456789abcdef/enqueue';
const SLACK = { workspace: 'T0123456789', channel: 'C0123456789' };
const found = (alerts: unknown) =>
  findingsOf(plan({ alerts: alerts as PlanInput['alerts'] })).filter(({ path }) =>
    path.startsWith('alerts'),
  );

test('channels and endpoints are compiled as they stand; without them nothing is', () => {
  const compiled = (alerts: PlanInput['alerts']) =>
    compile(plan({ alerts }), 'production').compiled?.alerts;
  expect(compiled({ email: ['a@example.com'], slack: SLACK, https: [PAGER] })).toMatchObject({
    slack: SLACK,
    https: [PAGER],
  });
  const plain = compiled({ email: ['a@example.com'] });
  expect(plain).not.toHaveProperty('slack');
  expect(plain).not.toHaveProperty('https');
});

test.each([
  ['nobody', {}, ['TM503']],
  ['an address', { email: ['a@example.com'] }, []],
  ['a channel', { slack: SLACK }, []],
  ['an endpoint', { https: [PAGER] }, []],
])('where %s is told, the findings are %p', (_, alerts, expected) => {
  expect(found(alerts).map(({ code }) => code)).toEqual(expected);
});

test.each([
  [{ slack: { ...SLACK, workspace: 'acme' } }, 'alerts.slack.workspace', 'T0123456789'],
  [{ slack: { ...SLACK, channel: '#backups' } }, 'alerts.slack.channel', 'C0123456789'],
  [{ https: ['http://alerts.example.com'] }, 'alerts.https.0', 'https://'],
  [{ https: ['alerts.example.com'] }, 'alerts.https.0', 'https://'],
  [{ https: [PAGER, 'ftp://alerts.example.com'] }, 'alerts.https.1', 'https://'],
])('%j is refused with what to write instead', (alerts, path, example) => {
  expect(found(alerts)).toMatchObject([
    { severity: 'error', path, remedy: expect.stringContaining(example) },
  ]);
});

test('a channel without its workspace is refused', () => {
  expect(found({ slack: { channel: SLACK.channel } })).toMatchObject([
    { severity: 'error', path: 'alerts.slack.workspace' },
  ]);
});
