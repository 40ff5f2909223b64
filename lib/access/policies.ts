import * as iam from 'aws-cdk-lib/aws-iam';
import { CATALOG, DATA, WAL } from '../catalog/keys.ts';
import type { Location } from '../storage/location.ts';

/** A bucket as policies see it: its key is an ARN where it is known, and an alias where it is in the other region. */
export interface PolicyBucket {
  readonly region: string;
  readonly bucketArn: string;
  readonly key: { readonly arn: string } | { readonly alias: string; readonly account: string };
}

/** A bucket whose key is in another stack, or another account. */
export const byAlias = (location: Location): PolicyBucket => ({
  ...location,
  key: { alias: location.keyAlias, account: location.account },
});

/** What is there. */
export const VISIBLE = { read: ['s3:GetObject'], list: ['s3:ListBucket'] };

/** Also what a delete marker hides, which can be restored until it is removed, and whether something is held. */
export const HIDDEN = {
  read: [...VISIBLE.read, 's3:GetObjectLegalHold', 's3:GetObjectVersion'],
  list: [...VISIBLE.list, 's3:ListBucketVersions'],
};

export function readObjects(
  { bucketArn }: PolicyBucket,
  keys: readonly string[],
  { read }: Pick<typeof VISIBLE, 'read'> = VISIBLE,
): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'Read',
    actions: [...read],
    resources: keys.map((key) => `${bucketArn}/${key}`),
  });
}

/** Adds objects, in parts or whole, and gives up uploads. Whether a key may be taken twice is the bucket's policy. */
export function addObjects(
  { bucketArn }: PolicyBucket,
  keys: readonly string[],
): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'Add',
    actions: ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'],
    resources: keys.map((key) => `${bucketArn}/${key}`),
  });
}

/** Locks objects for longer than the bucket does by itself. For how long, and in which mode, is the bucket's policy. */
export const lockObjects = (
  { bucketArn }: PolicyBucket,
  keys: readonly string[],
): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid: 'Lock',
    actions: ['s3:PutObjectRetention'],
    resources: keys.map((key) => `${bucketArn}/${key}`),
  });

/** Brings archived objects back for some days, which is paid for and changes nothing else. */
export const thawObjects = (
  { bucketArn }: PolicyBucket,
  keys: readonly string[],
): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid: 'Thaw',
    actions: ['s3:RestoreObject'],
    resources: keys.map((key) => `${bucketArn}/${key}`),
  });

/** Lists the classes of the bucket and the keys below `prefixes`. */
export const listKeys = (
  bucket: PolicyBucket,
  prefixes: readonly string[],
  what: Pick<typeof VISIBLE, 'list'> = VISIBLE,
): iam.PolicyStatement =>
  listPrefixes(bucket, [...[CATALOG, DATA, WAL].map((part) => `${part}/`), ...prefixes], what);

/**
 * Lists keys. Without the permission to list, S3 answers 403 instead of 404 for an object that does not exist; that
 * request names no prefix, hence IfExists. What this leaves open is a listing without a prefix: names of keys, never
 * their content.
 */
export function listPrefixes(
  { bucketArn }: PolicyBucket,
  prefixes: readonly string[],
  { list }: Pick<typeof VISIBLE, 'list'> = VISIBLE,
): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'List',
    actions: [...list],
    resources: [bucketArn],
    conditions: { StringLikeIfExists: { 's3:prefix': [...prefixes].sort() } },
  });
}

/** Every key of a region: conditions say which one is meant. */
export const anyKey = (region: string, account: string): string =>
  `arn:aws:kms:${region}:${account}:key/*`;

/** Use of the bucket's key, through S3 and for this bucket only. */
export function useKey(bucket: PolicyBucket, actions: string[]): iam.PolicyStatement {
  const { region, bucketArn, key } = bucket;
  return new iam.PolicyStatement({
    sid: 'Key',
    actions,
    resources: 'arn' in key ? [key.arn] : [anyKey(region, key.account)],
    conditions: {
      StringEquals: {
        'kms:ViaService': `s3.${region}.amazonaws.com`,
        'kms:EncryptionContext:aws:s3:arn': bucketArn,
      },
      ...('alias' in key && {
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': key.alias },
      }),
    },
  });
}

export const ENCRYPT = ['kms:Decrypt', 'kms:GenerateDataKey'];
export const DECRYPT = ['kms:Decrypt'];

/** Statements about one of several buckets in a policy need names of their own. */
export function named(
  what: string,
  statements: readonly iam.PolicyStatement[],
): iam.PolicyStatement[] {
  return statements.map((statement) => {
    statement.sid = `${statement.sid}${what}`;
    return statement;
  });
}

/** The same statements about the nearer bucket and about the other one. */
export const aboutBoth = (
  buckets: readonly PolicyBucket[],
  statements: (bucket: PolicyBucket) => readonly iam.PolicyStatement[],
): iam.PolicyStatement[] =>
  buckets.flatMap((bucket, i) => named(i === 0 ? 'Here' : 'Elsewhere', statements(bucket)));
