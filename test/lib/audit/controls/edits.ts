import type { Audit } from '../../../../lib/audit/model.ts';
import { backupBucket, drop, type Resources } from './environment.ts';

export type Status = Audit['controls'][number]['status'];

export const PRIMARY = 'us-east-1';
const REPLICA = 'us-west-2';

/** What an editor does to the templates, and which controls are lowered by it: no other one is. */
interface Edit {
  readonly what: string;
  readonly edit: (resources: Resources, region: string) => void;
  readonly lowered: Record<string, Status>;
}

const only =
  (region: string, edit: (resources: Resources) => void) =>
  (resources: Resources, in_: string): void => {
    if (in_ === region) edit(resources);
  };

const NOT_COPIED: Record<string, Status> = {
  'CP-6': 'not-satisfied',
  'CP-6(1)': 'not-satisfied',
  'CP-9(5)': 'not-satisfied',
  'CP-10(2)': 'partly',
  '164.308(a)(7)(ii)(B)': 'not-satisfied',
  '11.4': 'not-satisfied',
  'A1.2': 'partly',
};

export const EDITS: readonly Edit[] = [
  {
    what: 'replication is taken away',
    edit: only(PRIMARY, (resources) => delete backupBucket(resources).ReplicationConfiguration),
    lowered: NOT_COPIED,
  },
  {
    what: 'replication is disabled',
    edit: only(PRIMARY, (resources) => {
      backupBucket(resources).ReplicationConfiguration.Rules[0].Status = 'Disabled';
    }),
    lowered: NOT_COPIED,
  },
  {
    what: 'encrypted objects are not replicated',
    edit: only(PRIMARY, (resources) => {
      delete backupBucket(resources).ReplicationConfiguration.Rules[0].SourceSelectionCriteria;
    }),
    lowered: NOT_COPIED,
  },
  {
    what: 'objects go to a bucket of somebody else',
    edit: only(PRIMARY, (resources) => {
      const [rule] = backupBucket(resources).ReplicationConfiguration.Rules;
      rule.Destination.Bucket = 'arn:aws:s3:::elsewhere';
    }),
    lowered: NOT_COPIED,
  },
  {
    what: 'deletions are replicated',
    edit: only(PRIMARY, (resources) => {
      const [rule] = backupBucket(resources).ReplicationConfiguration.Rules;
      rule.DeleteMarkerReplication.Status = 'Enabled';
    }),
    lowered: { 'CP-6(1)': 'not-satisfied', '11.4': 'not-satisfied' },
  },
  {
    what: 'the second copy is encrypted with a key of Amazon’s',
    edit: only(REPLICA, (resources) => {
      const [rule] = backupBucket(resources).BucketEncryption.ServerSideEncryptionConfiguration;
      rule.ServerSideEncryptionByDefault = { SSEAlgorithm: 'AES256' };
    }),
    lowered: { 'CP-6': 'partly', 'CP-9': 'partly', 'CP-9(8)': 'partly', '11.3': 'partly' },
  },
  {
    what: 'no copy is encrypted with a key of its own',
    edit: (resources) => {
      delete backupBucket(resources).BucketEncryption;
    },
    lowered: {
      'CP-6': 'partly',
      'CP-9': 'partly',
      'CP-9(8)': 'not-satisfied',
      '11.3': 'not-satisfied',
    },
  },
  {
    what: 'a key is not rotated',
    edit: only(PRIMARY, (resources) => {
      for (const { Type, Properties } of Object.values(resources)) {
        if (Type === 'AWS::KMS::Key') Properties.EnableKeyRotation = false;
      }
    }),
    lowered: { 'CP-6': 'partly', 'CP-9': 'partly', 'CP-9(8)': 'partly', '11.3': 'partly' },
  },
  {
    what: 'TLS is not demanded of whoever comes from one network',
    edit: only(REPLICA, (resources) => {
      for (const { Type, Properties } of Object.values(resources)) {
        if (Type !== 'AWS::S3::BucketPolicy') continue;
        for (const statement of Properties.PolicyDocument.Statement) {
          if (statement.Condition?.Bool?.['aws:SecureTransport']) {
            statement.Condition.NotIpAddress = { 'aws:SourceIp': '10.0.0.0/8' };
          }
        }
      }
    }),
    lowered: { 'CP-6': 'partly', 'CP-9': 'partly', 'CP-9(8)': 'partly', '11.3': 'partly' },
  },
  {
    what: 'the policies of the buckets are gone',
    edit: (resources) => drop(resources, ({ Type }) => Type === 'AWS::S3::BucketPolicy'),
    lowered: {
      'CP-6': 'partly',
      'CP-9': 'partly',
      'CP-9(8)': 'not-satisfied',
      '11.3': 'partly',
    },
  },
  {
    what: 'a copy can be made public',
    edit: only(REPLICA, (resources) => {
      backupBucket(resources).PublicAccessBlockConfiguration.BlockPublicPolicy = false;
    }),
    lowered: { 'CP-6': 'partly', '11.3': 'partly' },
  },
  {
    what: 'daily backups are removed a day early in the second region',
    edit: only(REPLICA, (resources) => {
      for (const rule of backupBucket(resources).LifecycleConfiguration.Rules) {
        if (rule.ExpirationInDays === 30) rule.ExpirationInDays = 29;
      }
    }),
    lowered: {
      'CP-6': 'partly',
      'CP-9': 'partly',
      '164.308(a)(7)(ii)(A)': 'partly',
      'A1.2': 'partly',
    },
  },
  {
    what: 'a rule for everything removes all backups after a day in both regions',
    edit: (resources) => {
      backupBucket(resources).LifecycleConfiguration.Rules.push({
        ExpirationInDays: 1,
        Status: 'Enabled',
      });
    },
    lowered: {
      'CP-6': 'partly',
      'CP-9': 'partly',
      '164.308(a)(7)(ii)(A)': 'partly',
      'A1.2': 'partly',
      'A.8.13': 'not-satisfied',
    },
  },
  {
    what: 'versions are not kept',
    edit: only(PRIMARY, (resources) => {
      backupBucket(resources).VersioningConfiguration.Status = 'Suspended';
    }),
    lowered: {
      'CP-6': 'partly',
      'CP-9': 'partly',
      '164.308(a)(7)(ii)(A)': 'partly',
      'A1.2': 'partly',
    },
  },
  {
    what: 'verification is switched off',
    edit: only(PRIMARY, (resources) => {
      for (const { Type, Properties } of Object.values(resources)) {
        if (
          Type === 'AWS::Scheduler::Schedule' &&
          Properties.Target.Input?.includes('"database"')
        ) {
          Properties.State = 'DISABLED';
        }
      }
    }),
    lowered: { 'CP-9(1)': 'partly', '164.308(a)(7)(ii)(A)': 'partly' },
  },
  {
    what: 'alarms tell nobody',
    edit: (resources) => drop(resources, ({ Type }) => Type === 'AWS::SNS::Subscription'),
    lowered: {
      'CP-9': 'partly',
      'CP-9(1)': 'partly',
      '164.308(a)(7)(ii)(A)': 'partly',
      'A1.2': 'not-satisfied',
    },
  },
  {
    what: 'the second region has no role that restores',
    edit: only(REPLICA, (resources) =>
      drop(
        resources,
        ({ Type, Properties }) =>
          Type === 'AWS::EKS::PodIdentityAssociation' &&
          Properties.ServiceAccount.endsWith('-restore'),
      ),
    ),
    lowered: {
      'CP-6': 'partly',
      '164.308(a)(7)(ii)(A)': 'partly',
      '164.308(a)(7)(ii)(B)': 'partly',
      'A1.2': 'partly',
    },
  },
];
