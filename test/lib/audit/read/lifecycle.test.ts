import { lifecycleOf, lifecycleRulesOf } from '../../../../lib/audit/read/lifecycle.ts';
import { readTemplate } from '../../../../lib/audit/template.ts';

const PREFIX = 'data/30d/';

/** The rules as a template has them. */
function rules(...written: readonly object[]) {
  const bucket = {
    Type: 'AWS::S3::Bucket',
    Properties: {
      LifecycleConfiguration: { Rules: written.map((rule) => ({ Status: 'Enabled', ...rule })) },
    },
  };
  const text = JSON.stringify({ Resources: { Backups: bucket } });
  const [resource] = readTemplate({ file: 'shop.template.json', text }).resources;
  if (!resource) throw new Error('the template has no resource');
  return lifecycleRulesOf(resource.body);
}

const expiring = (days: number, changes: object = {}) => ({
  Prefix: PREFIX,
  ExpirationInDays: days,
  NoncurrentVersionExpiration: { NoncurrentDays: 1 },
  ...changes,
});

describe('what rules do to a prefix', () => {
  test.each([
    ['one rule', [expiring(31)], { visibleDays: 31, deletableDays: 32 }],
    ['no rule', [], { visibleDays: null, deletableDays: null }],
    ['a disabled rule', [expiring(31, { Status: 'Disabled' })], { visibleDays: null }],
    ['a rule of another class', [expiring(7, { Prefix: 'data/7d/' })], { visibleDays: null }],
    [
      'the first of two that act',
      [expiring(31), expiring(5, { Prefix: '' })],
      { visibleDays: 5, deletableDays: 6 },
    ],
    [
      'a rule for a part hides something sooner, but removes nothing else',
      [expiring(31), expiring(5, { Prefix: `${PREFIX}orders/` })],
      { visibleDays: 5, deletableDays: 32 },
    ],
    [
      'a rule for some tags hides something sooner',
      [expiring(31), expiring(5, { TagFilters: [{ Key: 'a', Value: 'b' }] })],
      { visibleDays: 5, deletableDays: 32 },
    ],
    [
      'an expiration that only adds a marker',
      [{ Prefix: PREFIX, ExpirationInDays: 31 }],
      { visibleDays: 31, deletableDays: null },
    ],
    [
      'versions that another rule removes',
      [{ Prefix: PREFIX, ExpirationInDays: 31 }, { NoncurrentVersionExpirationInDays: 3 }],
      { visibleDays: 31, deletableDays: 34 },
    ],
    [
      'a transition',
      [{ ...expiring(367), Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 30 }] }],
      { visibleDays: 367, cold: { storageClass: 'GLACIER_IR', days: 30 } },
    ],
    [
      'a date on which objects of any age end',
      [expiring(31), { Prefix: 'data/', ExpirationDate: '2027-01-01T00:00:00Z' }],
      { visibleDays: 0, deletableDays: 1 },
    ],
    [
      'days as text, which CloudFormation takes too',
      [{ ...expiring(31), ExpirationInDays: '5' }],
      { visibleDays: 5, deletableDays: 6 },
    ],
    [
      'days that only deployment knows',
      [{ ...expiring(31), ExpirationInDays: { Ref: 'Days' } }],
      { visibleDays: 0 },
    ],
    [
      'a rule that is there under a condition',
      [expiring(31), { 'Fn::If': ['Tidy', { ExpirationInDays: 1 }, { Ref: 'AWS::NoValue' }] }],
      { visibleDays: 0, deletableDays: 0 },
    ],
    [
      'the deeper of two moves',
      [
        expiring(367, {
          Transitions: [
            { StorageClass: 'GLACIER_IR', TransitionInDays: 30 },
            { StorageClass: 'DEEP_ARCHIVE', TransitionInDays: 120 },
          ],
        }),
      ],
      { cold: { storageClass: 'DEEP_ARCHIVE', days: 120 } },
    ],
    [
      'a move of another rule',
      [
        expiring(367, { Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 30 }] }),
        { Prefix: '', Transitions: [{ StorageClass: 'GLACIER', TransitionInDays: 60 }] },
      ],
      { cold: { storageClass: 'GLACIER', days: 60 } },
    ],
    [
      'a move on a date',
      [
        expiring(31, {
          Transitions: [{ StorageClass: 'GLACIER', TransitionDate: '2027-01-01T00:00:00Z' }],
        }),
      ],
      { cold: { storageClass: 'GLACIER', days: 0 } },
    ],
  ])('%s', (_, written, expected) => {
    expect(lifecycleOf(rules(...written), PREFIX, true)).toMatchObject(expected);
  });

  test('without versions an expiration deletes', () => {
    expect(lifecycleOf(rules(expiring(31)), PREFIX, false).deletableDays).toBe(31);
  });
});
