import { RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Location } from './location.ts';

export interface BackupKeyProps {
  /** Those that have the roles below; the first of them need not own the key. */
  readonly accounts: readonly string[];
  readonly location: Location;
  /** ARNs, or patterns of them, of the roles that may encrypt new objects. They need not exist yet. */
  readonly encryptors: readonly string[];
  /** The same of the roles that may decrypt. */
  readonly decryptors: readonly string[];
}

/** Administration without use: the account can manage the key, but reads no backup with it. */
export const ADMINISTRATION = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:DeleteAlias',
  'kms:Describe*',
  'kms:DisableKey',
  'kms:EnableKey',
  'kms:EnableKeyRotation',
  'kms:Get*',
  'kms:List*',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:RotateKeyOnDemand',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];

/** The key of one bucket: usable through S3 only, for this bucket only, by the roles named only. */
export class BackupKey extends Construct {
  readonly key: kms.Key;

  constructor(scope: Construct, id: string, props: BackupKeyProps) {
    super(scope, id);
    const { location } = props;
    this.key = new kms.Key(this, 'Key', {
      description: `backups in ${location.bucketName}`,
      enableKeyRotation: true,
      policy: keyPolicy(props),
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new kms.Alias(this, 'Alias', {
      aliasName: location.keyAlias,
      targetKey: this.key,
      removalPolicy: RemovalPolicy.RETAIN,
    });
  }
}

function keyPolicy(props: BackupKeyProps): iam.PolicyDocument {
  return new iam.PolicyDocument({
    statements: [
      new iam.PolicyStatement({
        sid: 'Administer',
        principals: [new iam.AccountPrincipal(props.location.account)],
        actions: ADMINISTRATION,
        resources: ['*'],
      }),
      throughS3(props, 'EncryptThroughS3', props.encryptors, [
        'kms:Encrypt',
        'kms:GenerateDataKey',
      ]),
      throughS3(props, 'DecryptThroughS3', props.decryptors, ['kms:Decrypt']),
    ],
  });
}

/**
 * KMS refuses a policy that names a role which does not exist yet, so accounts are trusted and a condition names the
 * roles. With bucket keys the encryption context is the bucket's ARN.
 */
function throughS3(
  { accounts, location }: BackupKeyProps,
  sid: string,
  roles: readonly string[],
  actions: string[],
): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid,
    principals: accounts.map((account) => new iam.AccountPrincipal(account)),
    actions,
    resources: ['*'],
    conditions: {
      ArnLike: { 'aws:PrincipalArn': [...roles].sort() },
      StringEquals: {
        'kms:ViaService': `s3.${location.region}.amazonaws.com`,
        'kms:EncryptionContext:aws:s3:arn': location.bucketArn,
      },
    },
  });
}
