import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { accountOf, accountsOf } from '../plan/account.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import { ADMINISTRATION } from '../storage/backup-key.ts';
import type { Side } from '../storage/location.ts';
import { vaultKeyUsers } from './service-roles.ts';

export interface VaultKeyProps {
  readonly compiled: CompiledPlan;
  readonly vault: string;
  readonly side: Side;
}

/** The key of one vault: the account administers it, and only AWS Backup uses it. */
export class VaultKey extends Construct {
  readonly key: kms.Key;

  constructor(scope: Construct, id: string, { compiled, vault, side }: VaultKeyProps) {
    super(scope, id);
    this.key = new kms.Key(this, 'Key', {
      description: `recovery points in ${vault}`,
      enableKeyRotation: true,
      policy: keyPolicy(compiled, side),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new kms.Alias(this, 'Alias', {
      aliasName: `alias/${vault}-vault`,
      targetKey: this.key,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}

/**
 * KMS refuses a policy that names a role which does not exist yet, so accounts are trusted and a condition names the
 * roles. Snapshots are encrypted by EC2, RDS and others on behalf of the role: they need grants, and only such grants.
 */
function keyPolicy(compiled: CompiledPlan, side: Side): iam.PolicyDocument {
  const allow = (
    sid: string,
    accounts: readonly string[],
    actions: string[],
    conditions?: iam.Conditions,
  ) =>
    new iam.PolicyStatement({
      sid,
      principals: accounts.map((account) => new iam.AccountPrincipal(account)),
      actions,
      resources: ['*'],
      ...(conditions && { conditions }),
    });
  const accounts = accountsOf(compiled);
  const ofUsers = { ArnEquals: { 'aws:PrincipalArn': vaultKeyUsers(compiled) } };
  return new iam.PolicyDocument({
    statements: [
      allow('Administer', [accountOf(compiled, side)], ADMINISTRATION),
      allow(
        'UseByAwsBackup',
        accounts,
        [
          'kms:Decrypt',
          'kms:DescribeKey',
          'kms:Encrypt',
          'kms:GenerateDataKey',
          'kms:GenerateDataKeyWithoutPlaintext',
          'kms:ReEncryptFrom',
          'kms:ReEncryptTo',
        ],
        ofUsers,
      ),
      allow('GrantToServices', accounts, ['kms:CreateGrant'], {
        ...ofUsers,
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
      }),
    ],
  });
}
