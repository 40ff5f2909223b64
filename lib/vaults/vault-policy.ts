import * as iam from 'aws-cdk-lib/aws-iam';
import { roleArn } from '../access/role-names.ts';
import type { CompiledPlan } from '../plan/compiled.ts';

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
 * What nobody may do, whatever a role allows, but a person who breaks the glass. CloudFormation must be able to change
 * policy and lock with the plan; it does not remove recovery points, so the second statement holds for it as well.
 * AWS Backup Audit Manager looks for one statement about removal and policy, for everybody and everything.
 */
export function vaultPolicy(compiled: CompiledPlan, region: string): iam.PolicyDocument {
  const breakGlass = breakGlassRoles(compiled);
  const cloudFormation = `arn:aws:iam::${compiled.account}:role/cdk-*-cfn-exec-role-${compiled.account}-${region}`;
  return new iam.PolicyDocument({
    statements: [
      deny('KeepProtected', [...REMOVE, ...UNPROTECT], [...breakGlass, cloudFormation]),
      deny('KeepRecoveryPoints', REMOVE, breakGlass),
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
    conditions: { ArnNotLike: { 'aws:PrincipalArn': except } },
  });
}

/** The roles of a person who breaks the glass, in either region. */
export function breakGlassRoles(compiled: CompiledPlan): string[] {
  const { primary, replica } = compiled.regions;
  return [primary, replica].map((region) => roleArn(compiled, region, 'break-glass')).sort();
}
