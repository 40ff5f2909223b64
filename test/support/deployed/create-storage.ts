import {
  CreateAliasCommand,
  CreateKeyCommand,
  EnableKeyRotationCommand,
} from '@aws-sdk/client-kms';
import * as s3 from '@aws-sdk/client-s3';
import { isObject, listOf, member, type Properties } from '../../../lib/audit/live/properties.ts';
import { type Creator, input, nameOf } from './creator.ts';

export const createKey: Creator = async ({ clients: { kms }, properties }) => {
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({
      Description: String(properties.Description),
      Policy: JSON.stringify(properties.KeyPolicy),
    }),
  );
  const KeyId = KeyMetadata?.KeyId ?? '';
  if (properties.EnableKeyRotation === true) {
    await kms.send(new EnableKeyRotationCommand({ KeyId }));
  }
  return KeyId;
};

export const createAlias: Creator = async ({ clients: { kms }, properties }) => {
  const AliasName = String(properties.AliasName);
  const TargetKeyId = String(properties.TargetKeyId);
  await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId }));
  return AliasName;
};

/** Each part of a bucket is a call of its own. */
export const createBucket: Creator = async (resource) => {
  const { clients, where, properties: of } = resource;
  const client = clients.s3;
  const Bucket = nameOf(resource, 'BucketName').toLowerCase();
  await client.send(
    new s3.CreateBucketCommand({
      Bucket,
      ...(where.region !== 'us-east-1' && {
        CreateBucketConfiguration: input({ LocationConstraint: where.region }),
      }),
      ...(of.ObjectLockEnabled === true && { ObjectLockEnabledForBucket: true }),
    }),
  );
  const given = async <T>(value: unknown, put: (value: T) => Promise<unknown>) => {
    if (value !== undefined) await put(input<T>(value));
  };
  await given<s3.VersioningConfiguration>(of.VersioningConfiguration, (VersioningConfiguration) =>
    client.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration })),
  );
  await given<s3.ServerSideEncryptionConfiguration>(
    encryption(of.BucketEncryption),
    (ServerSideEncryptionConfiguration) =>
      client.send(new s3.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration })),
  );
  await given<s3.BucketLifecycleConfiguration>(
    of.LifecycleConfiguration && lifecycle(of.LifecycleConfiguration),
    (LifecycleConfiguration) =>
      client.send(
        new s3.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }),
      ),
  );
  await given<s3.ObjectLockConfiguration>(of.ObjectLockConfiguration, (ObjectLockConfiguration) =>
    client.send(new s3.PutObjectLockConfigurationCommand({ Bucket, ObjectLockConfiguration })),
  );
  await given<s3.PublicAccessBlockConfiguration>(
    of.PublicAccessBlockConfiguration,
    (PublicAccessBlockConfiguration) =>
      client.send(new s3.PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration })),
  );
  await given<s3.OwnershipControls>(of.OwnershipControls, (OwnershipControls) =>
    client.send(new s3.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls })),
  );
  await given(member(of.NotificationConfiguration, 'EventBridgeConfiguration'), () =>
    client.send(
      new s3.PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { EventBridgeConfiguration: {} },
      }),
    ),
  );
  await given<Properties>(
    of.LoggingConfiguration,
    ({ DestinationBucketName, LogFilePrefix = '' }) =>
      client.send(
        new s3.PutBucketLoggingCommand({
          Bucket,
          BucketLoggingStatus: {
            LoggingEnabled: {
              TargetBucket: String(DestinationBucketName),
              TargetPrefix: String(LogFilePrefix),
            },
          },
        }),
      ),
  );
  await given<s3.ReplicationConfiguration>(
    of.ReplicationConfiguration && replication(of.ReplicationConfiguration),
    (ReplicationConfiguration) =>
      client.send(new s3.PutBucketReplicationCommand({ Bucket, ReplicationConfiguration })),
  );
  for (const inventory of listOf(of.InventoryConfigurations)) {
    await client.send(
      new s3.PutBucketInventoryConfigurationCommand({
        Bucket,
        Id: String(member(inventory, 'Id')),
        InventoryConfiguration: input(inventoryOf(inventory)),
      }),
    );
  }
  return Bucket;
};

export const createBucketPolicy: Creator = async ({ clients, properties }) => {
  const Bucket = String(properties.Bucket);
  const Policy = JSON.stringify(properties.PolicyDocument);
  await clients.s3.send(new s3.PutBucketPolicyCommand({ Bucket, Policy }));
  return Bucket;
};

const encryption = (value: unknown): unknown =>
  value === undefined
    ? undefined
    : {
        Rules: listOf(member(value, 'ServerSideEncryptionConfiguration')).map((rule) => ({
          ...(isObject(rule) ? rule : {}),
          ApplyServerSideEncryptionByDefault: member(rule, 'ServerSideEncryptionByDefault'),
        })),
      };

/** As S3 takes it: CloudFormation writes days and prefix differently. */
const lifecycle = (value: unknown): unknown => ({
  Rules: listOf(member(value, 'Rules'))
    .filter(isObject)
    .map((rule) => ({
      ID: rule.Id,
      Status: rule.Status,
      Filter: { Prefix: rule.Prefix ?? '' },
      Expiration: {
        ...(rule.ExpirationInDays !== undefined && { Days: rule.ExpirationInDays }),
        ...(rule.ExpiredObjectDeleteMarker !== undefined && { ExpiredObjectDeleteMarker: true }),
      },
      NoncurrentVersionExpiration: rule.NoncurrentVersionExpiration,
      Transitions: listOf(rule.Transitions).map((one) => ({
        Days: member(one, 'TransitionInDays'),
        StorageClass: member(one, 'StorageClass'),
      })),
      AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
    })),
});

const replication = (value: unknown): unknown => ({
  Role: member(value, 'Role'),
  Rules: listOf(member(value, 'Rules'))
    .filter(isObject)
    .map(({ Id, ...rule }) => ({ ID: Id, ...rule })),
});

const inventoryOf = (value: unknown): unknown => ({
  Id: member(value, 'Id'),
  IsEnabled: member(value, 'Enabled'),
  IncludedObjectVersions: member(value, 'IncludedObjectVersions'),
  OptionalFields: member(value, 'OptionalFields'),
  Schedule: { Frequency: member(value, 'ScheduleFrequency') },
  ...(member(value, 'Prefix') !== undefined && { Filter: { Prefix: member(value, 'Prefix') } }),
  Destination: {
    S3BucketDestination: {
      Bucket: member(member(value, 'Destination'), 'BucketArn'),
      AccountId: member(member(value, 'Destination'), 'BucketAccountId'),
      Format: member(member(value, 'Destination'), 'Format'),
      Prefix: member(member(value, 'Destination'), 'Prefix'),
    },
  },
});
