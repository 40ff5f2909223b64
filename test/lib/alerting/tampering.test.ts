import { compiledPlan, source, templates } from '../stacks/environment.ts';
import { matches } from './event-pattern.ts';
import { resolved } from './template.ts';

const compiled = compiledPlan({ sources: [source('orders')] });
const both = templates(compiled);
const SIDES = ['primary', 'replica'] as const;
const CALLER = {
  userIdentity: { arn: 'arn:aws:sts::123456789012:assumed-role/Admin/mallory' },
  sourceIPAddress: '203.0.113.99',
  eventTime: '2026-11-21T12:00:00Z',
};

/** As CloudTrail hands it over. */
const call = (service: string, eventName: string, requestParameters: object | null) => ({
  source: `aws.${service}`,
  'detail-type': 'AWS API Call via CloudTrail',
  resources: [],
  detail: { eventSource: `${service}.amazonaws.com`, eventName, requestParameters, ...CALLER },
});

/** As S3 sends it. */
const deleted = (name: string, key: string, how: string, reason: string) => ({
  source: 'aws.s3',
  'detail-type': 'Object Deleted',
  resources: [`arn:aws:s3:::${name}`],
  detail: {
    version: '0',
    bucket: { name },
    object: { key, sequencer: '617f08299329d189' },
    'deletion-type': how,
    reason,
    requester: '123456789012',
    'source-ip-address': '203.0.113.99',
  },
});

describe.each(SIDES)('in the %s region', (side) => {
  const template = both[side];
  const rules = Object.entries(template.findResources('AWS::Events::Rule')).flatMap(
    ([id, { Properties }]) => {
      const [, section] = /docs\/runbook\.md#([a-z-]+)$/.exec(Properties.Description) ?? [];
      const pattern = resolved(template, Properties.EventPattern) as object;
      return section === undefined ? [] : [{ id, section, pattern }];
    },
  );
  const ringing = (event: object) =>
    rules.filter(({ pattern }) => matches(pattern, event)).map(({ section }) => section);
  const idOf = (type: string, id: RegExp): string => {
    const found = Object.keys(template.findResources(type)).find((one) => id.test(one));
    if (!found) throw new Error(`no ${type} like ${id}`);
    return found;
  };
  const bucket = compiled.buckets[side];
  const logs = idOf('AWS::S3::Bucket', /AccessLogs/);
  const key = idOf('AWS::KMS::Key', /^BackupsEncryption/);
  const keyArn = `arn:aws:kms:eu-central-1:123456789012:key/${key}`;
  const alias = `alias/${bucket}`;

  test.each([
    ['ScheduleKeyDeletion', { keyId: key, pendingWindowInDays: 7 }, ['key-disabled']],
    ['ScheduleKeyDeletion', { keyId: keyArn, pendingWindowInDays: 7 }, ['key-disabled']],
    ['DisableKey', { keyId: key }, ['key-disabled']],
    ['PutKeyPolicy', { keyId: key, policyName: 'default', policy: '{}' }, ['key-changed']],
    ['DisableKeyRotation', { keyId: keyArn }, ['key-changed']],
    ['UpdateAlias', { aliasName: alias, targetKeyId: 'other' }, ['key-changed']],
    ['DeleteAlias', { aliasName: alias }, ['key-changed']],
    ['ScheduleKeyDeletion', { keyId: 'of-somebody-else' }, []],
    ['PutKeyPolicy', { keyId: 'of-somebody-else', policy: '{}' }, []],
    ['UpdateAlias', { aliasName: 'alias/other', targetKeyId: 'other' }, []],
    ['EnableKey', { keyId: key }, []],
    ['CancelKeyDeletion', { keyId: key }, []],
    ['GenerateDataKey', { keyId: keyArn }, []],
    ['Decrypt', null, []],
  ])('%s of %j rings %p', (name, parameters, expected) => {
    expect(ringing(call('kms', name, parameters))).toEqual(expected);
  });

  test('the key of the alerts is watched as well', () => {
    const alerts = idOf('AWS::KMS::Key', /^AlertsEncryption/);
    expect(ringing(call('kms', 'DisableKey', { keyId: alerts }))).toEqual(['key-disabled']);
  });

  test.each([
    'PutBucketReplication',
    'DeleteBucketReplication',
    'PutBucketLifecycle',
    'PutBucketLifecycleConfiguration',
    'DeleteBucketLifecycle',
    'PutBucketPolicy',
    'DeleteBucketPolicy',
    'PutBucketEncryption',
    'DeleteBucketEncryption',
    'PutBucketVersioning',
    'PutBucketObjectLockConfiguration',
    'PutObjectLockConfiguration',
    'PutBucketPublicAccessBlock',
    'DeletePublicAccessBlock',
    'PutBucketOwnershipControls',
    'PutBucketNotification',
    'PutBucketLogging',
    'PutBucketAcl',
    'DeleteBucket',
  ])('%s rings for the buckets of the stack and for no other', (name) => {
    const rings = (bucketName: string) => ringing(call('s3', name, { bucketName }));
    expect([bucket, logs, 'of-somebody-else'].map(rings)).toEqual([
      ['bucket-changed'],
      ['bucket-changed'],
      [],
    ]);
  });

  test.each(['GetBucketPolicy', 'HeadBucket', 'ListObjects', 'PutObject', 'CreateBucket'])(
    '%s is nothing to tell',
    (name) => {
      expect(ringing(call('s3', name, { bucketName: bucket }))).toEqual([]);
    },
  );

  const MANIFEST = 'catalog/30d/orders/20261121T030000Z-full-0a1b2c3d.json';
  test.each([
    ['a version that somebody deleted', MANIFEST, 'Permanently Deleted', 'DeleteObject', true],
    ['any version, wherever', 'landing/x', 'Permanently Deleted', 'DeleteObject', true],
    ['a backup that somebody hid', MANIFEST, 'Delete Marker Created', 'DeleteObject', true],
    ['data that somebody hid', 'data/30d/x', 'Delete Marker Created', 'DeleteObject', true],
    [
      'a file that landed and was taken away',
      'landing/x',
      'Delete Marker Created',
      'DeleteObject',
      false,
    ],
    ['a backup that expired', MANIFEST, 'Delete Marker Created', 'Lifecycle Expiration', false],
    ['a version that expired', MANIFEST, 'Permanently Deleted', 'Lifecycle Expiration', false],
  ])('%s: %s, %s by %s', (_, objectKey, how, reason, expected) => {
    const rings = ringing(deleted(bucket, objectKey, how, reason));
    expect(rings).toEqual(expected ? ['backups-deleted'] : []);
    expect(ringing(deleted('of-somebody-else', objectKey, how, reason))).toEqual([]);
  });

  test('a new object is nothing to tell', () => {
    const event = {
      ...deleted(bucket, MANIFEST, '', 'PutObject'),
      'detail-type': 'Object Created',
    };
    expect(ringing(event)).toEqual([]);
  });

  test('the break-glass role of either region rings when somebody assumes it', () => {
    const assume = (role: string) =>
      ringing(call('sts', 'AssumeRole', { roleArn: `arn:aws:iam::123456789012:role/${role}` }));
    for (const region of Object.values(compiled.regions)) {
      expect(assume(`tidemark-shop-production-break-glass-${region}`)).toEqual([
        'break-glass-used',
      ]);
      expect(assume(`tidemark-shop-production-orders-writer-${region}`)).toEqual([]);
    }
  });

  test('so does one who was refused, of whom only the message says what he wanted', () => {
    const refused = (role: string, why = '') => {
      const event = call('sts', 'AssumeRole', null);
      const errorMessage = `User: arn:aws:iam::123456789012:user/eve is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/${role}${why}`;
      return ringing({
        ...event,
        detail: { ...event.detail, errorCode: 'AccessDenied', errorMessage },
      });
    };
    for (const region of Object.values(compiled.regions)) {
      const role = `tidemark-shop-production-break-glass-${region}`;
      expect(refused(role)).toEqual(['break-glass-used']);
      expect(refused(role, ' with an explicit deny in a policy')).toEqual(['break-glass-used']);
    }
    expect(refused('administrator')).toEqual([]);
  });

  test('each rule has an alarm of its own, for a pager, and people read what was done', () => {
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
      ({ Properties }) => Properties,
    );
    expect(rules.map(({ section }) => section).sort()).toEqual([
      'backups-deleted',
      'break-glass-used',
      'bucket-changed',
      'key-changed',
      'key-disabled',
    ]);
    for (const { id, section } of rules) {
      expect(
        alarms.find(({ AlarmName }) => AlarmName.includes(`/${section} [critical]`)),
      ).toMatchObject({
        Namespace: 'AWS/Events',
        MetricName: 'TriggeredRules',
        Dimensions: [{ Name: 'RuleName', Value: { Ref: id } }],
      });
    }
  });

  test('what the topic does not take waits in a queue', () => {
    for (const { id } of rules) {
      const [target] = template.findResources('AWS::Events::Rule')[id]?.Properties.Targets ?? [];
      expect(target).toMatchObject({
        Arn: { Ref: expect.stringMatching(/^AlertsTopic/) },
        DeadLetterConfig: { Arn: { 'Fn::GetAtt': [expect.stringMatching(/^Undelivered/), 'Arn'] } },
      });
    }
  });

  test('patterns are no longer than EventBridge takes', () => {
    for (const { pattern } of rules) expect(JSON.stringify(pattern).length).toBeLessThan(2048);
  });
});
