import type { CompiledPlan } from '../plan/compiled.ts';

export type Side = 'primary' | 'replica';

/** One of the two copies: names that follow from the plan, so that each region can name the other's. */
export interface Location {
  readonly side: Side;
  readonly region: string;
  readonly bucketName: string;
  readonly bucketArn: string;
  /** Alias of the key that encrypts the bucket. */
  readonly keyAlias: string;
  readonly keyAliasArn: string;
}

export function locationOf(compiled: CompiledPlan, side: Side): Location {
  const region = compiled.regions[side];
  const bucketName = compiled.buckets[side];
  const keyAlias = `alias/${bucketName}`;
  return {
    side,
    region,
    bucketName,
    bucketArn: `arn:aws:s3:::${bucketName}`,
    keyAlias,
    keyAliasArn: `arn:aws:kms:${region}:${compiled.account}:${keyAlias}`,
  };
}

export const otherSide = (side: Side): Side => (side === 'primary' ? 'replica' : 'primary');
