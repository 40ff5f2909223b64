import type { EventPattern } from 'aws-cdk-lib/aws-events';
import { CATALOG, DATA, RUNS, WAL } from '../catalog/keys.ts';

const anyOf = (prefixes: readonly string[]): object[] => prefixes.map((prefix) => ({ prefix }));

/** Calls as CloudTrail hands them to EventBridge, refused ones among them: whoever tries will try again. */
const calls = (service: string, detail: Record<string, unknown>): EventPattern => ({
  source: [`aws.${service}`],
  detailType: ['AWS API Call via CloudTrail'],
  detail: { eventSource: [`${service}.amazonaws.com`], ...detail },
});

/** @param keys ids and ARNs: a caller may name a key by either */
export const keyDisabled = (keys: readonly string[]): EventPattern =>
  calls('kms', {
    eventName: ['DisableKey', 'ScheduleKeyDeletion'],
    requestParameters: { keyId: keys },
  });

/**
 * Who may use a key is its policy and its grants; which key is used is its alias.
 * @param keys ids and ARNs
 * @param aliases names that start with `alias/`
 */
export const keyChanged = (keys: readonly string[], aliases: readonly string[]): EventPattern =>
  calls('kms', {
    $or: [
      {
        eventName: ['DisableKeyRotation', 'PutKeyPolicy'],
        requestParameters: { keyId: keys },
      },
      {
        eventName: ['DeleteAlias', 'UpdateAlias'],
        requestParameters: { aliasName: aliases },
      },
    ],
  });

/**
 * Replication, lifecycle, policy, encryption, versioning, object lock, public access, events and whatever a bucket is
 * configured by next: CloudTrail names all of it by the same first words, a list of names would lack the next one.
 */
export const bucketChanged = (buckets: readonly string[]): EventPattern =>
  calls('s3', {
    eventName: anyOf([
      'DeleteBucket',
      'DeletePublicAccessBlock',
      'PutBucket',
      'PutObjectLockConfiguration',
      'PutPublicAccessBlock',
    ]),
    requestParameters: { bucketName: buckets },
  });

/**
 * Objects removed for good by anybody but their lifecycle, and backups hidden by anybody but it. S3 itself tells of
 * it, without a trail.
 */
export const backupsDeleted = (buckets: readonly string[]): EventPattern => ({
  source: ['aws.s3'],
  detailType: ['Object Deleted'],
  detail: {
    bucket: { name: buckets },
    reason: [{ 'anything-but': ['Lifecycle Expiration'] }],
    $or: [
      { 'deletion-type': ['Permanently Deleted'] },
      {
        'deletion-type': ['Delete Marker Created'],
        object: { key: anyOf([CATALOG, DATA, RUNS, WAL].map((folder) => `${folder}/`)) },
      },
    ],
  },
});

/**
 * Of a call that was let through, the role is in its parameters; of one that was refused, in the message alone.
 * @param roles ARNs
 */
export const roleAssumed = (roles: readonly string[]): EventPattern =>
  calls('sts', {
    eventName: ['AssumeRole'],
    $or: [
      { requestParameters: { roleArn: roles } },
      { errorMessage: roles.map((arn) => ({ wildcard: `*on resource: ${arn}*` })) },
    ],
  });
