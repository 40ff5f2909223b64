import type { Template } from 'aws-cdk-lib/assertions';
import { evidenceDays } from '../../../lib/storage/evidence-days.ts';
import { compiledPlan, templates } from '../stacks/environment.ts';
import { bucketStatements, decision } from '../stacks/policy.ts';

const bucketOf = (template: Template, name: string) => {
  const [bucket] = Object.values(
    template.findResources('AWS::S3::Bucket', { Properties: { BucketName: name } }),
  );
  return bucket?.Properties;
};

const compiled = compiledPlan();
const both = templates(compiled, true);

describe.each(['primary', 'replica'] as const)('the evidence in the %s region', (side) => {
  const template = both[side];
  const name = compiled.buckets.evidence[side];
  const record = `arn:aws:s3:::${name}/runs/orders/2026-11-21/20261121T063000Z-verify-9f86d081.json`;
  const decide = (action: string, context: Record<string, string>) =>
    decision(bucketStatements(template, 'Evidence'), {
      action,
      resource: record,
      context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3', ...context },
    });
  const once = { 's3:if-none-match': '*', 's3:ObjectCreationOperation': 'true' };

  test('is locked for as long as it is kept, also where backups are not', () => {
    expect(compiled.lock).toBeNull();
    const { ObjectLockEnabled, ObjectLockConfiguration, LifecycleConfiguration } = bucketOf(
      template,
      name,
    );
    expect(ObjectLockEnabled).toBe(true);
    expect(ObjectLockConfiguration.Rule).toEqual({
      DefaultRetention: { Mode: 'GOVERNANCE', Days: 366 },
    });
    expect(LifecycleConfiguration.Rules).toEqual([
      {
        Id: 'evidence',
        Prefix: 'runs/',
        Status: 'Enabled',
        ExpirationInDays: 366,
        NoncurrentVersionExpiration: { NoncurrentDays: 1 },
      },
      expect.objectContaining({ Id: 'housekeeping', ExpiredObjectDeleteMarker: true }),
    ]);
  });

  test('is written once, with the key of its bucket and over TLS', () => {
    expect(decide('s3:PutObject', once)).toBeUndefined();
    expect(decide('s3:PutObject', { 's3:ObjectCreationOperation': 'true' })).toBe('Deny');
    const encryption = 's3:x-amz-server-side-encryption';
    expect(decide('s3:PutObject', { ...once, [encryption]: 'AES256' })).toBe('Deny');
    expect(decide('s3:PutObject', { ...once, 'aws:SecureTransport': 'false' })).toBe('Deny');
  });

  test('is locked for no other time and in no other mode', () => {
    const lock = (days: string, mode = 'GOVERNANCE') =>
      decide('s3:PutObjectRetention', {
        's3:object-lock-mode': mode,
        's3:object-lock-remaining-retention-days': days,
      });
    expect(['365', '366', '367'].map((days) => lock(days))).toEqual(['Deny', undefined, 'Deny']);
    expect(lock('366', 'COMPLIANCE')).toBe('Deny');
  });

  test('is copied to the other region by a role of its own, and stays there when it is deleted here', () => {
    const other = compiled.buckets.evidence[side === 'primary' ? 'replica' : 'primary'];
    const { ReplicationConfiguration } = bucketOf(template, name);
    expect(ReplicationConfiguration.Rules).toEqual([
      expect.objectContaining({
        DeleteMarkerReplication: { Status: 'Disabled' },
        Destination: expect.objectContaining({ Bucket: `arn:aws:s3:::${other}` }),
      }),
    ]);
    const role = ReplicationConfiguration.Role['Fn::GetAtt'][0];
    expect(template.findResources('AWS::IAM::Role')[role]?.Properties.RoleName).toBe(
      `tidemark-shop-production-replication-evidence-${compiled.regions[side]}`,
    );
  });
});

test('evidence cannot be removed by anyone where backups cannot', () => {
  const locked = compiledPlan({ lock: 'compliance' });
  const { ObjectLockConfiguration } = bucketOf(
    templates(locked).primary,
    locked.buckets.evidence.primary,
  );
  expect(ObjectLockConfiguration.Rule.DefaultRetention.Mode).toBe('COMPLIANCE');
});

describe('evidence is kept', () => {
  const days = (...all: (number | null)[]) =>
    evidenceDays({
      ...compiled,
      classes: all.map((one) => ({ name: `${one}d`, days: one, storage: 'standard' })),
      retired: [],
    });

  test('as long as the longest promise of the plan', () => {
    expect(days(7, 2557, 30)).toBe(2557);
    expect(days(3653)).toBe(3653);
  });

  test('for a year where all promises are shorter', () => {
    expect(days(7, 30)).toBe(366);
  });

  test('for seven years where a promise has no end, and longer where another one is', () => {
    expect(days(7, null)).toBe(2557);
    expect(days(null, 3653)).toBe(3653);
  });

  test('for no longer than S3 locks anything', () => {
    expect(days(40_000)).toBe(36_500);
  });

  test('for as long as a class that is written no more', () => {
    const retired = [{ name: '2557d', days: 2557, storage: 'standard' as const }];
    expect(evidenceDays({ ...compiled, retired })).toBe(2557);
  });
});
