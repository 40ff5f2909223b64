import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { CompiledPlan } from '../plan/compiled.ts';
import { ADMINISTRATION } from '../storage/backup-key.ts';
import { vaultKeyUsers } from './service-roles.ts';

export interface VaultKeyProps {
  readonly compiled: CompiledPlan;
  readonly vault: string;
}

/** The key of one vault: the account administers it, and only AWS Backup uses it. */
export class VaultKey extends Construct {
  readonly key: kms.Key;

  constructor(scope: Construct, id: string, { compiled, vault }: VaultKeyProps) {
    super(scope, id);
    this.key = new kms.Key(this, 'Key', {
      description: `recovery points in ${vault}`,
      enableKeyRotation: true,
      policy: keyPolicy(compiled),
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
 * KMS refuses a policy that names a role which does not exist yet, so the account is trusted and a condition names the
 * roles. Snapshots are encrypted by EC2, RDS and others on behalf of the role: they need grants, and only such grants.
 */
function keyPolicy(compiled: CompiledPlan): iam.PolicyDocument {
  const account = new iam.AccountPrincipal(compiled.account);
  const allow = (sid: string, actions: string[], conditions?: iam.Conditions) =>
    new iam.PolicyStatement({
      sid,
      principals: [account],
      actions,
      resources: ['*'],
      ...(conditions && { conditions }),
    });
  const ofUsers = { ArnEquals: { 'aws:PrincipalArn': vaultKeyUsers(compiled) } };
  return new iam.PolicyDocument({
    statements: [
      allow('Administer', ADMINISTRATION),
      allow(
        'UseByAwsBackup',
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
      allow('GrantToServices', ['kms:CreateGrant'], {
        ...ofUsers,
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
      }),
    ],
  });
}
