import { accountOf, type Side } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';

export type { Side };

/** One of the two copies: names that follow from the plan, so that each region can name the other's. */
export interface Location {
  readonly side: Side;
  /** That owns the bucket and the key. */
  readonly account: string;
  readonly region: string;
  readonly bucketName: string;
  readonly bucketArn: string;
  /** Alias of the key that encrypts the bucket. */
  readonly keyAlias: string;
  readonly keyAliasArn: string;
}

export const locationOf = (compiled: CompiledPlan, side: Side): Location =>
  location(compiled, side, compiled.buckets[side]);

/** Where verifications and drills leave what they found: locked, and laid out like the bucket of the backups. */
export const evidenceOf = (compiled: CompiledPlan, side: Side): Location =>
  location(compiled, side, compiled.buckets.evidence[side]);

/** Where Velero keeps the backups of a cluster: it rewrites and removes its objects, so nothing is locked. */
export const veleroOf = (compiled: CompiledPlan, side: Side): Location =>
  location(compiled, side, compiled.buckets.velero[side]);

function location(compiled: CompiledPlan, side: Side, bucketName: string): Location {
  const region = compiled.regions[side];
  const account = accountOf(compiled, side);
  const keyAlias = `alias/${bucketName}`;
  return {
    side,
    account,
    region,
    bucketName,
    bucketArn: `arn:aws:s3:::${bucketName}`,
    keyAlias,
    keyAliasArn: `arn:aws:kms:${region}:${account}:${keyAlias}`,
  };
}

export const otherSide = (side: Side): Side => (side === 'primary' ? 'replica' : 'primary');
