import { full, wal } from '../../../../lib/plan/language.ts';
import insightdesk from '../../../../plans/insightdesk.ts';
import {
  backupBucket,
  drop,
  type Resources,
  synthesised,
} from '../../audit/controls/environment.ts';
import { type Case, only, PATIENCE, PRIMARY, REPLICA, testEdits, verdict } from './guard-edits.ts';

const account = '333333333333';

type Moved = { readonly [storage in 'cold' | 'archive']?: 'yearly'[] };

/** An environment whose full backups are kept so. */
const fullsKept = (keep: Record<string, string>, moved: Moved = {}) => ({
  account,
  sources: {
    database: {
      protect: [wal({ flush: '60s', keep: '7d' }), full({ at: '03:00', keep, ...moved })],
    },
  },
});

test.each<[string, unknown]>([
  ['without a lock', { account }],
  ['with a lock in governance mode', { account, lock: 'governance' }],
  ['with a lock in compliance mode', { account, lock: 'compliance' }],
  ['with a class that has no end', fullsKept({ daily: '30d', yearly: 'forever' })],
  [
    'with a cold class that has no end',
    fullsKept({ daily: '30d', yearly: 'forever' }, { cold: ['yearly'] }),
  ],
  ['with an archived class', fullsKept({ daily: '30d', yearly: '7y' }, { archive: ['yearly'] })],
])(
  'the templates of an environment %s keep the rules of its audit',
  async (_, environment) => {
    const files = await synthesised(
      { ...insightdesk, exemptions: [], environments: { production: environment } },
      'production',
    );
    expect(await verdict(files, files.templates)).toEqual({ kept: true, failed: [] });
  },
  PATIENCE,
);

const copying = (resources: Resources) => backupBucket(resources).ReplicationConfiguration.Rules[0];
const statements = (resources: Resources) =>
  Object.values(resources)
    .filter(({ Type }) => Type === 'AWS::S3::BucketPolicy')
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

const EDITS: readonly Case[] = [
  [
    'no lock in the second region',
    only(REPLICA, (resources) => {
      delete backupBucket(resources).ObjectLockConfiguration;
    }),
    ['replica_is_locked'],
  ],
  [
    'a shorter lock',
    only(PRIMARY, (resources) => {
      backupBucket(resources).ObjectLockConfiguration.Rule.DefaultRetention.Days = 1;
    }),
    ['primary_is_locked'],
  ],
  [
    'encryption with a key of Amazon’s',
    only(REPLICA, (resources) => {
      const [rule] = backupBucket(resources).BucketEncryption.ServerSideEncryptionConfiguration;
      delete rule.ServerSideEncryptionByDefault.KMSMasterKeyID;
    }),
    ['replica_is_encrypted_with_its_own_key'],
  ],
  [
    'no encryption',
    only(PRIMARY, (resources) => {
      delete backupBucket(resources).BucketEncryption;
    }),
    ['primary_is_encrypted_with_its_own_key'],
  ],
  [
    'a key that is not rotated',
    only(PRIMARY, (resources) => {
      const [key] = Object.values(resources).filter(({ Type }) => Type === 'AWS::KMS::Key');
      if (key) key.Properties.EnableKeyRotation = false;
    }),
    ['keys_are_rotated'],
  ],
  [
    'a key that is disabled',
    only(REPLICA, (resources) => {
      const [key] = Object.values(resources).filter(({ Type }) => Type === 'AWS::KMS::Key');
      if (key) key.Properties.Enabled = false;
    }),
    ['keys_are_enabled'],
  ],
  [
    'a copy in an archive',
    only(PRIMARY, (resources) => {
      copying(resources).Destination.StorageClass = 'DEEP_ARCHIVE';
    }),
    ['primary_is_copied_to_the_other_region'],
  ],
  [
    'replication that only a deployment knows',
    only(PRIMARY, (resources) => {
      backupBucket(resources).ReplicationConfiguration.Rules.push({ 'Fn::If': ['Less', {}, {}] });
    }),
    ['primary_is_copied_to_the_other_region'],
  ],
  [
    'a rule for a folder that comes first',
    only(PRIMARY, (resources) => {
      const rule = copying(resources);
      backupBucket(resources).ReplicationConfiguration.Rules.push({
        ...rule,
        Filter: { Prefix: 'data/' },
        Priority: 2,
      });
    }),
    ['primary_is_copied_to_the_other_region'],
  ],
  [
    'no replication',
    only(PRIMARY, (resources) => {
      delete backupBucket(resources).ReplicationConfiguration;
    }),
    ['primary_is_copied_to_the_other_region'],
  ],
  [
    'replication of a part',
    only(PRIMARY, (resources) => {
      copying(resources).Filter.Prefix = 'catalog/';
    }),
    ['primary_is_copied_to_the_other_region'],
  ],
  [
    'replication that takes an hour',
    only(PRIMARY, (resources) => {
      copying(resources).Destination.ReplicationTime.Time.Minutes = 60;
    }),
    ['primary_is_copied_to_the_other_region'],
  ],
  [
    'replicated deletions',
    only(PRIMARY, (resources) => {
      copying(resources).DeleteMarkerReplication.Status = 'Enabled';
    }),
    ['primary_is_copied_to_the_other_region'],
  ],
  [
    'requests without TLS from one network',
    only(PRIMARY, (resources) => {
      for (const { Condition } of statements(resources)) {
        if (Condition?.Bool?.['aws:SecureTransport']) {
          Condition.NotIpAddress = { 'aws:SourceIp': '10.0.0.0/8' };
        }
      }
    }),
    ['primary_refuses_requests_without_tls_and_other_keys'],
  ],
  [
    'TLS allowed to be missing',
    only(REPLICA, (resources) => {
      for (const statement of statements(resources)) {
        if (statement.Condition?.Bool?.['aws:SecureTransport']) statement.Effect = 'Allow';
      }
    }),
    ['replica_refuses_requests_without_tls_and_other_keys'],
  ],
  [
    'no policies',
    (resources) => drop(resources, ({ Type }) => Type === 'AWS::S3::BucketPolicy'),
    [
      'primary_refuses_requests_without_tls_and_other_keys',
      'replica_refuses_requests_without_tls_and_other_keys',
    ],
  ],
  [
    'a bucket that can be made public',
    only(REPLICA, (resources) => {
      delete backupBucket(resources).PublicAccessBlockConfiguration.BlockPublicPolicy;
    }),
    ['replica_is_versioned_closed_and_stays'],
  ],
  [
    'a bucket of another name',
    only(REPLICA, (resources) => {
      backupBucket(resources).BucketName = 'elsewhere';
    }),
    ['has_a_bucket_of_backups'],
  ],
];

testEdits(EDITS);
