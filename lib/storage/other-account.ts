import * as iam from 'aws-cdk-lib/aws-iam';
import { readers } from '../access/key-users.ts';
import { byAlias, HIDDEN, listKeys, readObjects, thawObjects } from '../access/policies.ts';
import { roleArn } from '../access/role-names.ts';
import { ALL_ARCHIVED, ALL_DATA, ALL_HISTORY } from '../access/source-keys.ts';
import { archives } from '../access/source-policies.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { type Location, locationOf, otherSide } from './location.ts';
import { type Copying, INSPECT_DESTINATION, replicateActions } from './replication.ts';

/** A bucket's policy holds 20 KB and names them for each kind of call. */
const NAMED_SOURCES = 20;

/**
 * What a bucket lets roles of the other account do. Across accounts both must allow: the role says which source it reads,
 * and the bucket's policy, which has no room for that, that it may read at all. S3 refuses a policy that names a role
 * which does not exist yet, so the account is trusted and a condition names the roles.
 */

/** Copies come from the other account: nothing where both sides are in one. */
export function copiesFromOtherAccount(
  compiled: CompiledPlan,
  here: Location,
  { to: there, use, deletions = false }: Copying,
): iam.PolicyStatement[] {
  if (here.account === there.account) return [];
  const roles = [roleArn(compiled, there.region, use)];
  const copying = { from: there, to: here, deletions };
  const objects = [`${here.bucketArn}/*`];
  const allow = (actions: string[], resources: string[]): iam.PolicyStatement =>
    new iam.PolicyStatement({ actions, resources });
  return [
    by(there, roles, 'Replicate', allow(replicateActions(copying), objects)),
    by(there, roles, 'Inspect', allow(INSPECT_DESTINATION, [here.bucketArn])),
  ];
}

/** Restores read the nearer copy and fall back to the other. */
export function readersFromOtherAccount(
  compiled: CompiledPlan,
  here: Location,
): iam.PolicyStatement[] {
  const there = locationOf(compiled, otherSide(here.side));
  if (here.account === there.account) return [];
  const roles = readers(compiled, there.region, NAMED_SOURCES);
  const [bucket, keys] = [byAlias(here), [...ALL_DATA, ...ALL_HISTORY].sort()];
  return [
    by(there, roles, 'Read', readObjects(bucket, keys, HIDDEN)),
    ...(archives(compiled) ? [by(there, roles, 'Thaw', thawObjects(bucket, ALL_ARCHIVED))] : []),
    by(there, roles, 'List', listKeys(bucket, keys, HIDDEN)),
  ];
}

/** @param roles ARNs, or patterns of them, of `there` */
function by(
  there: Location,
  roles: readonly string[],
  what: string,
  statement: iam.PolicyStatement,
): iam.PolicyStatement {
  statement.sid = `${what}FromOtherAccount`;
  statement.addPrincipals(new iam.AccountPrincipal(there.account));
  statement.addCondition('ArnLike', { 'aws:PrincipalArn': [...roles].sort() });
  return statement;
}
