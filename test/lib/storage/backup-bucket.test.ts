import { Match, type Template } from 'aws-cdk-lib/assertions';
import { compiledPlan, templates } from '../stacks/environment.ts';
import { bucketStatements, decision } from '../stacks/policy.ts';

const SIDES = ['primary', 'replica'] as const;
const compiled = compiledPlan();
const both = templates(compiled);

interface Rule {
  readonly Id: string;
  readonly Prefix?: string;
  readonly ExpirationInDays?: number;
  readonly NoncurrentVersionExpiration?: { readonly NoncurrentDays: number };
  readonly Transitions?: { readonly StorageClass: string; readonly TransitionInDays: number }[];
}

function rules(template: Template, bucketName: string): Rule[] {
  const [bucket] = Object.values(
    template.findResources('AWS::S3::Bucket', { Properties: { BucketName: bucketName } }),
  );
  return bucket?.Properties.LifecycleConfiguration.Rules;
}

describe.each(SIDES)('the %s bucket', (side) => {
  const template = both[side];
  const bucketName = compiled.buckets[side];
  const object = `arn:aws:s3:::${bucketName}/data/30d/orders/20261121T020000Z-full-9f86d081/base.tar`;
  const put = (context: Record<string, string>, resource = object) =>
    decision(bucketStatements(template), {
      action: 's3:PutObject',
      resource,
      context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3', ...context },
    });
  const once = { 's3:if-none-match': '*', 's3:ObjectCreationOperation': 'true' };

  test('is versioned, private, encrypted with its own key and kept when the stack goes', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        BucketName: bucketName,
        VersioningConfiguration: { Status: 'Enabled' },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
              BucketKeyEnabled: true,
              ServerSideEncryptionByDefault: {
                SSEAlgorithm: 'aws:kms',
                KMSMasterKeyID: {
                  'Fn::GetAtt': [Match.stringLikeRegexp('^BackupsEncryptionKey'), 'Arn'],
                },
              },
            },
          ],
        },
        LoggingConfiguration: {
          DestinationBucketName: { Ref: Match.stringLikeRegexp('^BackupsAccessLogs') },
        },
        // Single objects can be held; none is locked by itself.
        ObjectLockEnabled: true,
        ObjectLockConfiguration: Match.absent(),
      },
    });
  });

  test('has a rotating key with an alias, both kept', () => {
    template.hasResource('AWS::KMS::Key', {
      DeletionPolicy: 'Retain',
      Properties: { EnableKeyRotation: true, Description: `backups in ${bucketName}` },
    });
    template.hasResource('AWS::KMS::Alias', {
      DeletionPolicy: 'Retain',
      Properties: { AliasName: `alias/${bucketName}` },
    });
  });

  test.each([
    ['Backups', bucketName],
    ['Evidence', compiled.buckets.evidence[side]],
    ['Velero', compiled.buckets.velero[side]],
  ] as const)('and those beside it let nobody give a stored object another key: %s', (of, name) => {
    const request = {
      action: 's3:UpdateObjectEncryption',
      resource: `arn:aws:s3:::${name}/runs/x`,
      context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' },
    };
    expect(decision(bucketStatements(template, of), request)).toBe('Deny');
  });

  test('takes an object that says it must be new', () => {
    expect(put(once)).toBeUndefined();
  });

  test('denies one that could overwrite', () => {
    expect(put({ 's3:ObjectCreationOperation': 'true' })).toBe('Deny');
  });

  test('takes parts of an upload, which carry no condition', () => {
    expect(put({ 's3:ObjectCreationOperation': 'false' })).toBeUndefined();
  });

  test('takes nothing below landing/, where no server of this plan writes', () => {
    expect(put(once, `arn:aws:s3:::${bucketName}/landing/orders/x`)).toBe('Deny');
  });

  test.each([
    ['another encryption', { 's3:x-amz-server-side-encryption': 'AES256' }],
    ['a key that is not named', { 's3:x-amz-server-side-encryption': 'aws:kms' }],
    [
      'a key that the caller keeps',
      { 's3:x-amz-server-side-encryption-customer-algorithm': 'AES256' },
    ],
    [
      'another key',
      {
        's3:x-amz-server-side-encryption': 'aws:kms',
        's3:x-amz-server-side-encryption-aws-kms-key-id': 'arn:aws:kms:eu-central-1:1:key/other',
      },
    ],
  ])('denies %s', (_, headers) => {
    expect(put({ ...once, ...headers })).toBe('Deny');
  });

  test.each([
    ['without TLS', { 'aws:SecureTransport': 'false' }],
    ['over TLS 1.1', { 's3:TlsVersion': '1.1' }],
  ])('denies everything %s', (_, context) => {
    expect(put({ ...once, ...context })).toBe('Deny');
  });

  test('keeps what each class promises', () => {
    const expiry = new Map(
      rules(template, bucketName).map((rule) => [rule.Prefix, rule.ExpirationInDays]),
    );
    for (const { name, days } of compiled.classes) {
      expect(expiry.get(`catalog/${name}/`)).toBe(days);
      expect(expiry.get(`wal/${name}/`)).toBe(days);
      // The first file of a backup is written before its manifest.
      expect(expiry.get(`data/${name}/`)).toBe((days ?? 0) + 1);
    }
    expect(expiry.get('runs/')).toBe(366);
  });

  test('removes what has expired a day later', () => {
    const expiring = rules(template, bucketName).filter((rule) => rule.ExpirationInDays);
    expect(expiring.map((rule) => rule.NoncurrentVersionExpiration)).toEqual(
      expiring.map(() => ({ NoncurrentDays: 1 })),
    );
  });

  test('moves data of cold classes only, and never manifests or WAL', () => {
    const moving = rules(template, bucketName).filter((rule) => rule.Transitions);
    expect(moving.map(({ Prefix, Transitions }) => ({ Prefix, Transitions }))).toEqual([
      {
        Prefix: 'data/366d-cold/',
        Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 30 }],
      },
    ]);
  });

  test('cleans up markers and uploads in one rule for everything', () => {
    const [rule] = rules(template, bucketName).filter(({ Prefix }) => Prefix === undefined);
    expect(rule).toEqual({
      Id: 'housekeeping',
      Status: 'Enabled',
      ExpiredObjectDeleteMarker: true,
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
    });
  });
});

describe('classes without an end', () => {
  const endless = compiledPlan({
    classes: [
      { name: 'forever', days: null, storage: 'standard' },
      { name: 'forever-cold', days: null, storage: 'cold' },
      { name: 'forever-archive', days: null, storage: 'archive' },
    ],
  });
  const found = rules(templates(endless).primary, endless.buckets.primary);

  test('expire nothing and move data', () => {
    expect(found.filter(({ Prefix }) => /forever/.test(Prefix ?? ''))).toEqual([
      {
        Id: 'data-forever-cold',
        Prefix: 'data/forever-cold/',
        Status: 'Enabled',
        Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 30 }],
      },
      {
        Id: 'data-forever-archive',
        Prefix: 'data/forever-archive/',
        Status: 'Enabled',
        Transitions: [{ StorageClass: 'DEEP_ARCHIVE', TransitionInDays: 30 }],
      },
    ]);
  });

  test('keep run records for seven years', () => {
    expect(found.find(({ Id }) => Id === 'runs')?.ExpirationInDays).toBe(2557);
  });
});

describe.each(['governance', 'compliance'] as const)('%s lock', (lock) => {
  const locked = compiledPlan({ lock });
  const { primary, replica } = templates(locked);

  test.each([
    ['primary', primary],
    ['replica', replica],
  ])('holds every object of the %s bucket for the shortest promise', (_, template) => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketName: Match.stringLikeRegexp('^shop-backups-'),
      ObjectLockEnabled: true,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Days: 7, Mode: lock.toUpperCase() } },
      },
    });
  });

  test('may not be set for longer than the longest promise, nor for less than the shortest', () => {
    const set = (days: string) => locking(primary, locked.buckets.primary, lock, days);
    // A year of data, the day that its job may take, and one for clocks that differ.
    expect(['6', '7', '368', '369'].map(set)).toEqual(['Deny', undefined, undefined, 'Deny']);
  });

  test('may not be set in the other mode', () => {
    const other = lock === 'governance' ? 'compliance' : 'governance';
    expect(locking(primary, locked.buckets.primary, other, '30')).toBe('Deny');
  });
});

test('without a lock in the plan nobody locks an object', () => {
  for (const mode of ['governance', 'compliance'] as const) {
    expect(locking(both.primary, compiled.buckets.primary, mode, '1')).toBe('Deny');
  }
});

function locking(
  template: Template,
  bucketName: string,
  mode: 'governance' | 'compliance',
  days: string,
): 'Allow' | 'Deny' | undefined {
  return decision(bucketStatements(template), {
    action: 's3:PutObjectRetention',
    resource: `arn:aws:s3:::${bucketName}/data/30d/orders/x`,
    context: {
      'aws:SecureTransport': 'true',
      's3:TlsVersion': '1.3',
      's3:object-lock-mode': mode.toUpperCase(),
      's3:object-lock-remaining-retention-days': days,
    },
  });
}
