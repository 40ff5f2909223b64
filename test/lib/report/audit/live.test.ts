import { PassThrough } from 'node:stream';
import { withLive } from '../../../../lib/audit/live/problems.ts';
import { type Audit, auditSchema } from '../../../../lib/audit/model.ts';
import { htmlText } from '../../../../lib/report/audit/html/html.ts';
import { auditText } from '../../../../lib/report/audit/table.ts';
import { KEPT } from './example.ts';

type Live = NonNullable<Audit['live']>;
type Drift = Live['drifts'][number];

const NAME = 'shop-production-eu-west-1';
const place = { file: `aws/${NAME}.template.json`, line: 12, resource: 'Bucket1' };
const SAME: Live = {
  at: '2026-01-02T03:04:05.000Z',
  failback: false,
  stacks: [
    ...[{ name: NAME, region: 'eu-west-1', account: '333333333333', resources: 7, same: 6 }],
  ].map((stack) => ({ ...stack, status: 'UPDATE_COMPLETE' })),
  drifts: [],
  unseen: [],
  notLookedAt: [{ type: 'AWS::Chatbot::SlackChannelConfiguration', count: 1 }],
};
const drift = (changes: Partial<Drift>): Drift => ({
  ...{ place, stack: NAME, region: 'eu-west-1', type: 'AWS::S3::Bucket', name: 'backups' },
  ...{ kind: 'changed', property: 'VersioningConfiguration.Status', byHand: true },
  ...{ expected: 'Enabled', found: 'Suspended' },
  ...changes,
});
const audited = (live: Partial<Live>): Audit =>
  auditSchema.parse(withLive(KEPT, { ...SAME, ...live }));
const told = (live: Partial<Live>) =>
  audited(live).problems.map(({ message, remedy }) => [message, remedy]);
const text = (audit: Audit): string => auditText(audit, new PassThrough());

test('what is deployed as derived is said, with what nobody looked at', () => {
  const shown = text(audited({}));
  expect(shown).toContain(`✓ ${NAME}  eu-west-1  333333333333  UPDATE_COMPLETE  6 of 7`);
  expect(shown).toContain('not looked at: 1 AWS::Chatbot::SlackChannelConfiguration');
  expect(shown).toContain('they are what is deployed');
  expect(text(KEPT)).not.toContain('deployed');
});

test('a stack in which something differs is marked', () => {
  const shown = text(audited({ drifts: [drift({})], failback: true }));
  expect(shown).toContain(`✗ ${NAME}`);
  expect(shown).toContain('deployed with replication both ways');
  expect(shown).toContain(`aws/${NAME}.template.json:12  Bucket1`);
});

test('the report shows the stacks', () => {
  const shown = htmlText(audited({ drifts: [drift({ name: '<b>' })] }));
  expect(shown).toContain('Stacks that were looked at');
  expect(shown).toContain('S3 Bucket &lt;b&gt; in eu-west-1 has VersioningConfiguration.Status');
  expect(htmlText(KEPT)).not.toContain('Stacks that were looked at');
});

const DEPLOY = "npx cdk deploy 'shop-production/eu-west-1' -c plan=shop -c env=production";
const BACK = `find out in CloudTrail who changed it, and set it back: ${DEPLOY} --revert-drift`;

test.each<[string, Partial<Drift>, string, string]>([
  [
    'a value that was changed by hand',
    {},
    'has VersioningConfiguration.Status Suspended; it must be Enabled',
    BACK,
  ],
  ['what is not there', { found: null }, 'lacks VersioningConfiguration.Status Enabled', BACK],
  [
    'what must not be there',
    { expected: null },
    'has VersioningConfiguration.Status Suspended, which it must not have',
    BACK,
  ],
  [
    'what was not deployed',
    { byHand: false },
    'has VersioningConfiguration.Status Suspended; it must be Enabled',
    `it was not deployed since it was synthesised: ${DEPLOY}`,
  ],
  [
    'what nobody knows the cause of',
    { byHand: null },
    'has VersioningConfiguration.Status Suspended; it must be Enabled',
    `${BACK}; or deploy what is synthesised`,
  ],
  ['a resource that is gone', { kind: 'missing' }, 'is not deployed', BACK],
  [
    'a resource too many',
    { kind: 'extra' },
    'is deployed, and no template has it',
    `deploy what is synthesised: ${DEPLOY}`,
  ],
  [
    'an address that never answered',
    { property: 'Confirmed' },
    'was not confirmed: nobody is told there',
    'confirm the subscription that AWS sent to this address',
  ],
])('%s is told with what to do', (_, changes, message, remedy) => {
  expect(told({ drifts: [drift(changes)] })).toEqual([
    [`S3 Bucket backups in eu-west-1 ${message}`, remedy],
  ]);
});

test('with replication both ways it is deployed again with that', () => {
  const [[, remedy] = []] = told({ drifts: [drift({ byHand: false })], failback: true });
  expect(remedy).toContain('-c env=production -c failback=true');
});

test('a long policy is cut in a message, and whole in JSON', () => {
  const expected = 'x'.repeat(1000);
  const audit = audited({ drifts: [drift({ expected, found: null })] });
  expect(audit.problems[0]?.message.length).toBeLessThan(350);
  expect(audit.live?.drifts[0]?.expected).toBe(expected);
});

test('what could not be looked at fails the audit, too', () => {
  const {
    kind: _,
    property: __,
    expected: ___,
    found: ____,
    byHand: _____,
    ...resource
  } = drift({});
  const unseen = (reason: string) =>
    told({ unseen: [{ ...resource, properties: ['BucketPolicy', 'Tags'], reason }] });
  expect(unseen('access denied (AccessDenied: no)')).toEqual([
    [
      'could not look at BucketPolicy, Tags of S3 Bucket backups in eu-west-1: access denied (AccessDenied: no)',
      'allow what docs/audit-live.md lists; it may be as derived or not',
    ],
  ]);
  expect(unseen('no answer (TimeoutError)')[0]?.[1]).toContain('look again later');
});
