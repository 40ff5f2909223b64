import * as iam from 'aws-cdk-lib/aws-iam';
import { CATALOG, DATA } from '../catalog/keys.ts';
import type { PolicyBucket } from './policies.ts';

/** Everything that makes up a backup is held together. */
export const ALL_HELD = [`${CATALOG}/*`, `${DATA}/*`];

/** Holds what was verified, and releases what was held before. */
export const holdObjects = (
  { bucketArn }: PolicyBucket,
  keys: readonly string[],
): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid: 'Hold',
    actions: ['s3:GetObjectLegalHold', 's3:PutObjectLegalHold'],
    resources: keys.map((key) => `${bucketArn}/${key}`),
  });

/**
 * Nobody else holds or releases anything, whatever their role allows: a hold ends whenever somebody may end it, also where
 * locks do not. Whoever takes this statement away first is heard.
 * @param objects ARN of the objects of the bucket
 */
export const denyHold = (objects: string, except: readonly string[]): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid: 'DenyHold',
    effect: iam.Effect.DENY,
    principals: [new iam.StarPrincipal()],
    actions: ['s3:PutObjectLegalHold'],
    resources: [objects],
    conditions: { ArnNotLike: { 'aws:PrincipalArn': [...except] } },
  });
