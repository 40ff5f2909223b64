import * as s3 from '@aws-sdk/client-s3';
import type { DeployedEnvironment } from '../../../support/deployed/environment.ts';
import type { Cases } from './drift-cases.ts';

const primary = ({ clients }: DeployedEnvironment) => clients.primary.s3;
const replica = ({ clients }: DeployedEnvironment) => clients.replica.s3;

export const BUCKET_CASES: Cases = {
  'versions are no longer kept': {
    resource: /^AwsBackupReportBucket[0-9A-F]{8}$/,
    change: (of, Bucket) =>
      primary(of).send(
        new s3.PutBucketVersioningCommand({
          Bucket,
          VersioningConfiguration: { Status: 'Suspended' },
        }),
      ),
    told: [['VersioningConfiguration.Status', 'Enabled', 'Suspended']],
  },
  'a rule of the lifecycle is shortened and another one added': {
    side: 'replica',
    resource: /^BackupsBucket[0-9A-F]{8}$/,
    change: async (of, Bucket) => {
      const { Rules = [] } = await replica(of).send(
        new s3.GetBucketLifecycleConfigurationCommand({ Bucket }),
      );
      const shortened = Rules.map((rule) =>
        rule.ID === 'data-30d' ? { ...rule, Expiration: { Days: 5 } } : rule,
      );
      const added: s3.LifecycleRule = {
        ID: 'tidy',
        Status: 'Enabled',
        Filter: { Prefix: 'data/' },
        Expiration: { Days: 1 },
      };
      await replica(of).send(
        new s3.PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: { Rules: [...shortened, added] },
        }),
      );
    },
    told: [
      ['LifecycleConfiguration.Rules[data-30d].ExpirationInDays', '31', '5'],
      [
        'LifecycleConfiguration.Rules[tidy]',
        null,
        '{"Id":"tidy","Status":"Enabled","Prefix":"data/","ExpirationInDays":1}',
      ],
    ],
  },
  'the lifecycle is gone': {
    side: 'replica',
    resource: /^BackupsAccessLogsBucket[0-9A-F]{8}$/,
    change: (of, Bucket) => replica(of).send(new s3.DeleteBucketLifecycleCommand({ Bucket })),
    told: [['LifecycleConfiguration', expect.stringContaining('"Id":"logs"'), null]],
  },
  'public access is allowed, and who owns objects is open': {
    side: 'replica',
    resource: /^VeleroBucket[0-9A-F]{8}$/,
    change: async (of, Bucket) => {
      await replica(of).send(new s3.DeletePublicAccessBlockCommand({ Bucket }));
      await replica(of).send(new s3.DeleteBucketOwnershipControlsCommand({ Bucket }));
    },
    told: [
      ['PublicAccessBlockConfiguration', expect.stringContaining('BlockPublicAcls'), null],
      ['OwnershipControls', '{"Rules":[{"ObjectOwnership":"BucketOwnerEnforced"}]}', null],
    ],
  },
  'a shorter lock, no copies, no events, no log, no inventory': {
    resource: /^BackupsBucket[0-9A-F]{8}$/,
    change: async (of, Bucket) => {
      const client = primary(of);
      await client.send(
        new s3.PutObjectLockConfigurationCommand({
          Bucket,
          ObjectLockConfiguration: {
            ObjectLockEnabled: 'Enabled',
            Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1 } },
          },
        }),
      );
      await client.send(new s3.DeleteBucketReplicationCommand({ Bucket }));
      await client.send(
        new s3.PutBucketNotificationConfigurationCommand({
          Bucket,
          NotificationConfiguration: {},
        }),
      );
      await client.send(new s3.PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} }));
      await client.send(new s3.DeleteBucketInventoryConfigurationCommand({ Bucket, Id: 'weekly' }));
    },
    told: [
      ['ObjectLockConfiguration.Rule.DefaultRetention.Days', '7', '1'],
      ['ReplicationConfiguration', expect.stringContaining('"Id":"everything"'), null],
      ['NotificationConfiguration', expect.stringContaining('EventBridge'), null],
      ['LoggingConfiguration', expect.stringContaining('DestinationBucketName'), null],
      ['InventoryConfigurations', expect.stringContaining('"Id":"weekly"'), null],
    ],
  },
  'the copy goes without deletions and later than promised': {
    resource: /^VeleroBucket[0-9A-F]{8}$/,
    change: async (of, Bucket) => {
      const { ReplicationConfiguration: found } = await primary(of).send(
        new s3.GetBucketReplicationCommand({ Bucket }),
      );
      const [rule] = found?.Rules ?? [];
      if (!found || !rule) throw new Error('no rule to change');
      const {
        ReplicationTime: _,
        Metrics: __,
        ...Destination
      } = rule.Destination ?? {
        Bucket: '',
      };
      await primary(of).send(
        new s3.PutBucketReplicationCommand({
          Bucket,
          ReplicationConfiguration: {
            ...found,
            Rules: [{ ...rule, Destination, DeleteMarkerReplication: { Status: 'Disabled' } }],
          },
        }),
      );
    },
    told: [
      [
        'ReplicationConfiguration.Rules[everything].DeleteMarkerReplication.Status',
        'Enabled',
        'Disabled',
      ],
      [
        'ReplicationConfiguration.Rules[everything].Destination.Metrics',
        expect.stringContaining('15'),
        null,
      ],
      [
        'ReplicationConfiguration.Rules[everything].Destination.ReplicationTime',
        expect.stringContaining('15'),
        null,
      ],
    ],
  },
  'new objects are encrypted with a key of S3': {
    side: 'replica',
    resource: /^EvidenceBucket[0-9A-F]{8}$/,
    change: (of, Bucket) =>
      replica(of).send(
        new s3.PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
          },
        }),
      ),
    told: [
      [
        'BucketEncryption.ServerSideEncryptionConfiguration.BlockedEncryptionTypes',
        '{"EncryptionType":["SSE-C"]}',
        null,
      ],
      ['BucketEncryption.ServerSideEncryptionConfiguration.BucketKeyEnabled', 'true', null],
      [
        'BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.KMSMasterKeyID',
        expect.stringContaining('arn:aws:kms:eu-west-1'),
        null,
      ],
      [
        'BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.SSEAlgorithm',
        'aws:kms',
        'AES256',
      ],
    ],
  },
  'a statement of a policy is gone, and one allows everybody': {
    resource: /^EvidenceBucketPolicy[0-9A-F]{8}$/,
    change: async (of, Bucket) => {
      const { Policy = '' } = await primary(of).send(new s3.GetBucketPolicyCommand({ Bucket }));
      const policy: { Statement: { Sid?: string }[] } = JSON.parse(Policy);
      const everybody = {
        ...{ Sid: 'Open', Effect: 'Allow', Principal: '*' },
        ...{ Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` },
      };
      const Statement = [
        ...policy.Statement.filter(({ Sid }) => Sid !== 'DenyOtherKey'),
        everybody,
      ];
      await primary(of).send(
        new s3.PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ ...policy, Statement }) }),
      );
    },
    told: [
      [
        expect.stringContaining('PolicyDocument.Statement'),
        expect.stringContaining('DenyOtherKey'),
        null,
      ],
      [
        expect.stringContaining('PolicyDocument.Statement'),
        null,
        expect.stringContaining('"Sid":"Open"'),
      ],
    ],
  },
  'a policy is gone': {
    side: 'replica',
    resource: /^BackupsAccessLogsBucketPolicy[0-9A-F]{8}$/,
    change: (of, Bucket) => replica(of).send(new s3.DeleteBucketPolicyCommand({ Bucket })),
    told: [['PolicyDocument', expect.stringContaining('aws:SecureTransport'), null]],
  },
  'a bucket is gone': {
    resource: /^VerificationWorkBucket[0-9A-F]{8}$/,
    change: (of, Bucket) => primary(of).send(new s3.DeleteBucketCommand({ Bucket })),
    told: ['missing'],
  },
  'and with it, its policy': {
    resource: /^VerificationWorkBucketPolicy[0-9A-F]{8}$/,
    change: async () => undefined,
    told: ['missing'],
  },
};
