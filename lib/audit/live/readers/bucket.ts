import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { unlessAbsent } from '../failure.ts';
import { canonicalPolicy } from '../policy.ts';
import { isObject, member, type Properties, parsed, textAt } from '../properties.ts';
import { type Look, once, type Reading } from '../reader.ts';
import { encryptionOf } from './bucket-encryption.ts';
import { inventoriesOf } from './bucket-inventory.ts';
import { lifecycleOf } from './bucket-lifecycle.ts';

/** With its owner, so that a bucket of the same name in another account is not taken for ours. */
const asked = ({ id, where }: Look) => ({ Bucket: id, ExpectedBucketOwner: where.account });

export function readBucket(look: Look): Reading {
  const { clients, properties } = look;
  const { s3 } = clients;
  const bucket = asked(look);
  const lock = once(async () => {
    const answer = await unlessAbsent(
      s3.send(new GetObjectLockConfigurationCommand(bucket)),
      'ObjectLockConfigurationNotFoundError',
    );
    return answer?.ObjectLockConfiguration;
  });
  return {
    expected: withoutDefaults(properties),
    skipped: ['BucketName', 'Tags'],
    found: {
      VersioningConfiguration: async () => {
        const { Status } = await s3.send(new GetBucketVersioningCommand(bucket));
        return { Status };
      },
      BucketEncryption: async () => {
        const answer = await unlessAbsent(
          s3.send(new GetBucketEncryptionCommand(bucket)),
          'ServerSideEncryptionConfigurationNotFoundError',
        );
        return encryptionOf(answer?.ServerSideEncryptionConfiguration, properties);
      },
      LifecycleConfiguration: async () => {
        const answer = await unlessAbsent(
          s3.send(new GetBucketLifecycleConfigurationCommand(bucket)),
          'NoSuchLifecycleConfiguration',
        );
        return answer && lifecycleOf(answer);
      },
      ObjectLockEnabled: async () => (await lock())?.ObjectLockEnabled === 'Enabled' || undefined,
      ObjectLockConfiguration: lock,
      ReplicationConfiguration: async () => {
        const answer = await unlessAbsent(
          s3.send(new GetBucketReplicationCommand(bucket)),
          'ReplicationConfigurationNotFoundError',
        );
        const found = answer?.ReplicationConfiguration;
        return (
          found && {
            Role: found.Role,
            Rules: found.Rules?.map(({ ID, ...rule }) => ({ Id: ID, ...rule })),
          }
        );
      },
      PublicAccessBlockConfiguration: async () => {
        const answer = await unlessAbsent(
          s3.send(new GetPublicAccessBlockCommand(bucket)),
          'NoSuchPublicAccessBlockConfiguration',
        );
        return answer?.PublicAccessBlockConfiguration;
      },
      OwnershipControls: async () => {
        const answer = await unlessAbsent(
          s3.send(new GetBucketOwnershipControlsCommand(bucket)),
          'OwnershipControlsNotFoundError',
        );
        return answer?.OwnershipControls;
      },
      NotificationConfiguration: async () => {
        const {
          $metadata: _,
          EventBridgeConfiguration: on,
          ...others
        } = await s3.send(new GetBucketNotificationConfigurationCommand(bucket));
        return { ...others, ...(on && { EventBridgeConfiguration: { EventBridgeEnabled: true } }) };
      },
      LoggingConfiguration: async () => {
        const { LoggingEnabled } = await s3.send(new GetBucketLoggingCommand(bucket));
        if (!LoggingEnabled) return undefined;
        const { TargetBucket, TargetPrefix, ...others } = LoggingEnabled;
        return { DestinationBucketName: TargetBucket, LogFilePrefix: TargetPrefix, ...others };
      },
      InventoryConfigurations: () => inventoriesOf(s3, bucket),
    },
  };
}

/** EventBridge is on as soon as it is written; a lock without rule says no more than that it is enabled. */
function withoutDefaults(properties: Properties): Properties {
  const {
    NotificationConfiguration: notification,
    ObjectLockEnabled: locked,
    ...rest
  } = properties;
  const on = isObject(member(notification, 'EventBridgeConfiguration'));
  return {
    ...rest,
    ...(locked === true && {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: rest.ObjectLockConfiguration ?? { ObjectLockEnabled: 'Enabled' },
    }),
    NotificationConfiguration: {
      ...(isObject(notification) ? notification : {}),
      ...(on && { EventBridgeConfiguration: { EventBridgeEnabled: true } }),
    },
  };
}

export function readBucketPolicy(look: Look): Reading {
  const { clients, properties, where } = look;
  const Bucket = textAt(properties, 'Bucket') ?? look.id;
  return {
    expected: { ...properties, PolicyDocument: canonicalPolicy(properties.PolicyDocument) },
    skipped: ['Bucket'],
    found: {
      PolicyDocument: async () => {
        const answer = await unlessAbsent(
          clients.s3.send(
            new GetBucketPolicyCommand({ Bucket, ExpectedBucketOwner: where.account }),
          ),
          'NoSuchBucketPolicy',
        );
        return canonicalPolicy(parsed(answer?.Policy));
      },
    },
  };
}
