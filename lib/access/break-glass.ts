import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { CATALOG, WAL } from '../catalog/keys.ts';
import { accountOf } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { locationOf, otherSide, type Side } from '../storage/location.ts';
import { acknowledge, keyByAlias, keyPatterns, OWN_POLICY } from './acknowledge.ts';
import { sidesIn } from './bypass.ts';
import {
  aboutBoth,
  byAlias,
  DECRYPT,
  HIDDEN,
  listKeys,
  type PolicyBucket,
  readObjects,
  thawObjects,
  useKey,
} from './policies.ts';
import { roleName } from './role-names.ts';
import { ALL_ARCHIVED, ALL_DATA, ALL_HISTORY } from './source-keys.ts';
import { archives } from './source-policies.ts';

export interface BreakGlassProps {
  readonly compiled: CompiledPlan;
  readonly breakGlass: NonNullable<CompiledPlan['breakGlass']>;
  readonly side: Side;
}

/** The shortest that IAM offers. */
const SESSION = Duration.hours(1);

/** Backups, but no record of what was done with them: that is what an investigation reads. */
const REMOVABLE = [`${CATALOG}/*`, ...ALL_DATA, `${WAL}/*`];

/** Whoever has a second factor shows it for this, not for something else this morning. */
const FACTOR_SECONDS = 3600;

const EVERY_BACKUP =
  'for the hour in which nobody knows which backup is whole and which role still works: it reads every backup of the one environment';

/**
 * What people restore with who have no cluster left, or no role in it that they trust. It reads both regions, and writes
 * nothing. Who may assume it is named; that somebody does is heard, because they must ask STS in a region where a rule
 * listens: of calls elsewhere no event arrives.
 */
export class BreakGlass extends Construct {
  constructor(scope: Construct, id: string, { compiled, breakGlass, side }: BreakGlassProps) {
    super(scope, id);
    const { primary, replica } = compiled.regions;
    const sides = [side, otherSide(side)];
    const buckets = sides.map((where) => byAlias(locationOf(compiled, where)));
    const own = sidesIn(compiled, accountOf(compiled, side));
    const removable = buckets.filter((_, i) => own.some((one) => one === sides[i]));
    const role = new iam.Role(this, 'Role', {
      roleName: roleName(compiled, compiled.regions[side], 'break-glass'),
      description: `reads every backup of ${compiled.plan} ${compiled.environment} in an emergency`,
      maxSessionDuration: SESSION,
      assumedBy: new People(peopleOf(compiled, side, breakGlass.principals), {
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
        NumericLessThanEquals: { 'aws:MultiFactorAuthAge': `${FACTOR_SECONDS}` },
        StringEquals: { 'aws:RequestedRegion': [primary, replica].sort() },
      }),
      inlinePolicies: {
        Restore: restoring(compiled, buckets),
        ...(breakGlass.bypassGovernance && { Remove: removing(removable) }),
      },
    });
    acknowledge(role, OWN_POLICY);
    for (const bucket of buckets) {
      acknowledge(role, {
        ...keyPatterns(bucket, [...ALL_HISTORY, ...ALL_DATA, ...thawed(compiled)], EVERY_BACKUP),
        ...keyByAlias(bucket),
      });
    }
  }
}

/** Of its own account: who administers the one must not be able to become somebody who may use the other. */
const peopleOf = (compiled: CompiledPlan, side: Side, names: readonly string[]): string[] =>
  names.map((name) => `arn:aws:iam::${accountOf(compiled, side)}:${name}`);

/** In one statement, because IAM allows a policy about who may assume a role 2,048 characters. */
class People extends iam.PrincipalBase {
  readonly policyFragment: iam.PrincipalPolicyFragment;

  constructor(arns: readonly string[], conditions: iam.Conditions) {
    super();
    this.policyFragment = new iam.PrincipalPolicyFragment({ AWS: [...arns] }, conditions);
  }

  /** Never merged with another one. */
  dedupeString(): undefined {
    return undefined;
  }
}

const thawed = (compiled: CompiledPlan): string[] => (archives(compiled) ? ALL_ARCHIVED : []);

function restoring(compiled: CompiledPlan, buckets: readonly PolicyBucket[]): iam.PolicyDocument {
  const keys = [...ALL_HISTORY, ...ALL_DATA];
  return new iam.PolicyDocument({
    statements: aboutBoth(buckets, (bucket) => [
      readObjects(bucket, keys, HIDDEN),
      ...(archives(compiled) ? [thawObjects(bucket, ALL_ARCHIVED)] : []),
      listKeys(bucket, keys, HIDDEN),
      useKey(bucket, DECRYPT),
    ]),
  });
}

/**
 * Also what a lock in governance mode holds: S3 asks for both permissions. What is held by a legal hold stays.
 * @param buckets of the role's own account: nothing is removed from the other one
 */
const removing = (buckets: readonly PolicyBucket[]): iam.PolicyDocument =>
  new iam.PolicyDocument({
    statements: aboutBoth(buckets, ({ bucketArn }) => [
      new iam.PolicyStatement({
        sid: 'Remove',
        actions: ['s3:BypassGovernanceRetention', 's3:DeleteObjectVersion'],
        resources: REMOVABLE.map((key) => `${bucketArn}/${key}`),
      }),
    ]),
  });
