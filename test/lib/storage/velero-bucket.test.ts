import { Match } from 'aws-cdk-lib/assertions';
import { compile } from '../../../lib/plan/compile.ts';
import { full, kubernetes } from '../../../lib/plan/language.ts';
import { plan, source } from '../plan/example.ts';
import { compiledPlan, templates } from '../stacks/environment.ts';
import { bucketStatements, decision, roleStatements } from '../stacks/policy.ts';

const { compiled, findings } = compile(
  plan({
    objectives: { rpo: '2d', rto: '1d' },
    sources: {
      database: source(),
      cluster: kubernetes({
        velero: { namespace: 'velero-system', serviceAccount: 'velero-server' },
        protect: [full({ at: '05:00', keep: '30d' })],
      }),
    },
    environments: { production: { account: '111111111111', lock: 'governance' } },
  }),
  'production',
);
if (!compiled) throw new Error(JSON.stringify(findings));
const both = templates(compiled, true);

describe.each(['primary', 'replica'] as const)('the bucket of Velero in the %s region', (side) => {
  const template = both[side];
  const name = compiled.buckets.velero[side];
  const decide = (context: Record<string, string>) =>
    decision(bucketStatements(template, 'Velero'), {
      action: 's3:PutObject',
      resource: `arn:aws:s3:::${name}/backups/daily/velero-backup.json`,
      context: { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3', ...context },
    });

  test('is versioned and never locked, as Velero writes its metadata twice', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketName: name,
      VersioningConfiguration: { Status: 'Enabled' },
      ObjectLockEnabled: Match.absent(),
      ObjectLockConfiguration: Match.absent(),
    });
    expect(decide({ 's3:ObjectCreationOperation': 'true' })).toBeUndefined();
  });

  test('takes nothing that is encrypted otherwise, or comes without TLS', () => {
    expect(decide({ 's3:x-amz-server-side-encryption': 'AES256' })).toBe('Deny');
    expect(decide({ 'aws:SecureTransport': 'false' })).toBe('Deny');
  });

  test('expires nothing by itself, and keeps what was deleted for a month', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketName: name,
      LifecycleConfiguration: {
        Rules: [
          {
            Id: 'deleted',
            Status: 'Enabled',
            ExpirationInDays: Match.absent(),
            NoncurrentVersionExpiration: { NoncurrentDays: 30 },
          },
          Match.objectLike({ Id: 'housekeeping' }),
        ],
      },
    });
  });

  test('is followed by its copy in what Velero deletes', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketName: name,
      ReplicationConfiguration: {
        Rules: [Match.objectLike({ DeleteMarkerReplication: { Status: 'Enabled' } })],
      },
    });
    const role = `tidemark-shop-production-replication-velero-${compiled.regions[side]}`;
    const to = compiled.buckets.velero[side === 'primary' ? 'replica' : 'primary'];
    const may = (action: string, bucket: string) =>
      decision(roleStatements(template, role), { action, resource: `arn:aws:s3:::${bucket}/x` });
    expect(may('s3:ReplicateDelete', to)).toBe('Allow');
    expect(may('s3:ReplicateObject', compiled.buckets.evidence[side])).toBeUndefined();
    expect(may('s3:ReplicateObject', to)).toBe('Allow');
  });

  test('is written by one role, which the pods of Velero assume, and which removes no version', () => {
    const role = `tidemark-shop-production-velero-${compiled.regions[side]}`;
    template.hasResourceProperties('AWS::EKS::PodIdentityAssociation', {
      Namespace: 'velero-system',
      ServiceAccount: 'velero-server',
    });
    const may = (action: string, bucket: string) =>
      decision(roleStatements(template, role), {
        action,
        resource: `arn:aws:s3:::${bucket}/backups/daily/velero-backup.json`,
      });
    const needed = [
      's3:AbortMultipartUpload',
      's3:DeleteObject',
      's3:GetObject',
      's3:ListMultipartUploadParts',
      's3:PutObject',
    ];
    expect(needed.map((action) => may(action, name))).toEqual(needed.map(() => 'Allow'));
    const beyond = ['s3:DeleteObjectVersion', 's3:PutBucketPolicy', 's3:PutLifecycleConfiguration'];
    expect(beyond.map((action) => may(action, name))).toEqual(beyond.map(() => undefined));
    expect(may('s3:GetObject', compiled.buckets[side])).toBeUndefined();
    expect(may('s3:PutObject', compiled.buckets[side])).toBeUndefined();
  });
});

test('a plan without a cluster has the bucket, so that no source that comes or goes makes or leaves one, and nobody who writes it', () => {
  const none = compiledPlan();
  const { primary } = templates(none);
  primary.resourcePropertiesCountIs(
    'AWS::S3::Bucket',
    { BucketName: none.buckets.velero.primary },
    1,
  );
  expect(() => roleStatements(primary, 'tidemark-shop-production-velero-eu-central-1')).toThrow();
});
