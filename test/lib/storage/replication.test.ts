import { Match } from 'aws-cdk-lib/assertions';
import { compiledPlan, templates } from '../stacks/environment.ts';
import { decision, roleStatements } from '../stacks/policy.ts';

const compiled = compiledPlan();
const { primary, replica } = templates(compiled);
const both = templates(compiled, true);

const rule = (destination: 'primary' | 'replica') => ({
  Status: 'Enabled',
  Filter: { Prefix: '' },
  DeleteMarkerReplication: { Status: 'Disabled' },
  SourceSelectionCriteria: {
    ReplicaModifications: { Status: 'Enabled' },
    SseKmsEncryptedObjects: { Status: 'Enabled' },
  },
  Destination: {
    Bucket: `arn:aws:s3:::${compiled.buckets[destination]}`,
    EncryptionConfiguration: {
      ReplicaKmsKeyID: `arn:aws:kms:${compiled.regions[destination]}:${compiled.account}:alias/${compiled.buckets[destination]}`,
    },
    ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
    Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
  },
});

const replicating = (destination: 'primary' | 'replica') => ({
  ReplicationConfiguration: { Rules: [Match.objectLike(rule(destination))] },
});

describe('replication', () => {
  test('copies everything to the replica, measured, without deletions', () => {
    primary.hasResourceProperties('AWS::S3::Bucket', replicating('replica'));
  });

  test('does not name a bucket that the first deployment has not made yet', () => {
    replica.resourcePropertiesCountIs(
      'AWS::S3::Bucket',
      { ReplicationConfiguration: Match.anyValue() },
      0,
    );
  });

  test('goes both ways with failback', () => {
    both.primary.hasResourceProperties('AWS::S3::Bucket', replicating('replica'));
    both.replica.hasResourceProperties('AWS::S3::Bucket', replicating('primary'));
  });

  test('needs no exports, imports or resources of our own making', () => {
    for (const template of [both.primary, both.replica]) {
      expect(Object.keys(template.findOutputs('*'))).toEqual([]);
      expect(JSON.stringify(template.toJSON())).not.toMatch(
        /Fn::ImportValue|Custom::|CustomResource/,
      );
    }
  });

  test('is done by a role that can only copy', () => {
    const statements = roleStatements(primary, 'tidemark-shop-production-replication-eu-central-1');
    const may = (action: string, resource: string, context = {}) =>
      decision(statements, { action, resource, context }) === 'Allow';
    const [from, to] = [compiled.buckets.primary, compiled.buckets.replica];
    expect(may('s3:GetObjectVersionForReplication', `arn:aws:s3:::${from}/x`)).toBe(true);
    expect(may('s3:GetObjectRetention', `arn:aws:s3:::${from}/x`)).toBe(true);
    expect(may('s3:GetObjectLegalHold', `arn:aws:s3:::${from}/x`)).toBe(true);
    expect(may('s3:ReplicateObject', `arn:aws:s3:::${to}/x`)).toBe(true);
    expect(may('s3:ReplicateDelete', `arn:aws:s3:::${to}/x`)).toBe(false);
    expect(may('s3:ReplicateObject', `arn:aws:s3:::${from}/x`)).toBe(false);
    expect(may('s3:GetObject', `arn:aws:s3:::${from}/x`)).toBe(false);
    const key = `arn:aws:kms:eu-west-1:${compiled.account}:key/1`;
    const throughS3 = {
      'kms:ViaService': 's3.eu-west-1.amazonaws.com',
      'kms:EncryptionContext:aws:s3:arn': `arn:aws:s3:::${to}`,
      'kms:ResourceAliases': `alias/${to}`,
    };
    for (const action of ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey']) {
      expect(may(action, key, throughS3)).toBe(true);
      expect(may(action, key, { ...throughS3, 'kms:ResourceAliases': 'alias/another' })).toBe(
        false,
      );
      expect(may(action, key, { ...throughS3, 'kms:ViaService': 'ec2' })).toBe(false);
    }
  });
});
