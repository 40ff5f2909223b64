import * as iam from 'aws-cdk-lib/aws-iam';
import { sidesIn } from '../access/bypass.ts';
import { roleArn } from '../access/role-names.ts';
import { accountOf, isCrossAccount } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { otherSide, type Side } from '../storage/location.ts';
import { copiers } from './service-roles.ts';

/** What ends or shortens the life of a recovery point. AWS Backup's own expiry needs none of it. */
const REMOVE = [
  'backup:DeleteRecoveryPoint',
  'backup:DisassociateRecoveryPoint',
  'backup:UpdateRecoveryPointLifecycle',
];

/** What takes the protection away. */
const UNPROTECT = [
  'backup:DeleteBackupVault',
  'backup:DeleteBackupVaultAccessPolicy',
  'backup:DeleteBackupVaultLockConfiguration',
  'backup:PutBackupVaultAccessPolicy',
  'backup:PutBackupVaultLockConfiguration',
];

/** The names of these calls in CloudTrail: each of them is an alert, whether it was refused or not. */
export const TAMPERING = [...REMOVE, ...UNPROTECT].map((action) => action.replace('backup:', ''));

/**
 * What nobody may do, whatever a role allows, but a person who breaks the glass, if the plan names any. CloudFormation must be able to change
 * policy and lock with the plan; it does not remove recovery points, so the second statement holds for it as well.
 * AWS Backup Audit Manager looks for one statement about removal and policy, for everybody and everything.
 */
export function vaultPolicy(compiled: CompiledPlan, side: Side): iam.PolicyDocument {
  const breakGlass = breakGlassRoles(compiled, side);
  const account = accountOf(compiled, side);
  const cloudFormation = `arn:aws:iam::${account}:role/cdk-*-cfn-exec-role-${account}-${compiled.regions[side]}`;
  return new iam.PolicyDocument({
    statements: [
      deny('KeepProtected', [...REMOVE, ...UNPROTECT], [...breakGlass, cloudFormation]),
      deny('KeepRecoveryPoints', REMOVE, breakGlass),
      ...(isCrossAccount(compiled) ? [copyFrom(compiled, otherSide(side))] : []),
    ],
  });
}

function deny(sid: string, actions: string[], except: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    principals: [new iam.StarPrincipal()],
    actions,
    resources: ['*'],
    ...(except.length > 0 && { conditions: { ArnNotLike: { 'aws:PrincipalArn': except } } }),
  });
}

/** Copies come from the other account. Nothing of what is here can be read or removed from there. */
const copyFrom = (compiled: CompiledPlan, side: Side): iam.PolicyStatement =>
  new iam.PolicyStatement({
    sid: 'CopyFromOtherAccount',
    principals: [new iam.AccountPrincipal(accountOf(compiled, side))],
    actions: ['backup:CopyIntoBackupVault'],
    resources: ['*'],
    conditions: { ArnEquals: { 'aws:PrincipalArn': copiers(compiled, side).sort() } },
  });

/**
 * The roles of a person who breaks the glass, in either region of the account that one side is in; none where the plan names
 * nobody, because who makes a role of that name would be let through.
 */
export function breakGlassRoles(compiled: CompiledPlan, side: Side): string[] {
  if (!compiled.breakGlass) return [];
  return sidesIn(compiled, accountOf(compiled, side))
    .map((one) => roleArn(compiled, compiled.regions[one], 'break-glass'))
    .sort();
}
