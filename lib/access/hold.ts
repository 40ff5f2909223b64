import * as iam from 'aws-cdk-lib/aws-iam';
import { CATALOG, DATA } from '../catalog/keys.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { otherSide, type Side } from '../storage/location.ts';
import { ofSources } from './key-users.ts';
import type { PolicyBucket } from './policies.ts';
import { roleArn } from './role-names.ts';

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

/** ARNs, or patterns of them, of the roles that hold and release in the bucket of one side. */
export function holders(compiled: CompiledPlan, side: Side): string[] {
  const here = compiled.regions[side];
  const elsewhere = compiled.regions[otherSide(side)];
  return [
    ...ofSources(compiled, here, 'verifier'),
    ...(side === 'primary' ? [roleArn(compiled, here, 'verify-checksum')] : []),
    // Holds are copied like everything else.
    ...[here, elsewhere].map((region) => roleArn(compiled, region, 'replication')),
  ];
}

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
