import * as iam from 'aws-cdk-lib/aws-iam';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge, keyByAlias, keyPatterns, OWN_POLICY } from '../access/acknowledge.ts';
import { anyKey } from '../access/policies.ts';
import { type RoleUse, roleName } from '../access/role-names.ts';
import type { CompiledPlan } from '../plan/compiled.ts';
import type { Location } from './location.ts';

/** Id of the only rule, a dimension of S3's replication metrics. */
export const REPLICATION_RULE = 'everything';

/** S3's replication time control knows this one value. */
const FIFTEEN_MINUTES = { minutes: 15 };

/** What is copied, and where to. */
export interface Copying {
  readonly to: Location;
  readonly use: Extract<RoleUse, `replication${string}`>;
  /**
   * Whether what is deleted is hidden in the copy as well.
   * @default deletions stay on their side, so that a marker set by mistake or by an intruder hides nothing in the other region
   */
  readonly deletions?: boolean;
}

export interface ReplicationRoleProps extends Copying {
  readonly compiled: CompiledPlan;
  readonly from: Location;
  /** ARN of the key that encrypts `from`. */
  readonly fromKeyArn: string;
}

const EVERY_OBJECT =
  'S3 copies every object of the one bucket to the other; only S3 assumes the role, and the role removes no version';

/**
 * What S3 needs to copy from one bucket to the other, and nothing else. The other region's key has no ARN that
 * is known here: its alias stands for it.
 */
export class ReplicationRole extends Construct {
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: ReplicationRoleProps) {
    super(scope, id);
    const { compiled, from, fromKeyArn, to, use } = props;
    this.role = new iam.Role(this, 'Role', {
      roleName: roleName(compiled, from.region, use),
      description: `copies ${from.bucketName} to ${to.bucketName}`,
      assumedBy: new iam.ServicePrincipal('s3.amazonaws.com'),
      inlinePolicies: { Replicate: replicationPolicy(props) },
    });
    const target = { ...to, key: { alias: to.keyAlias, account: to.account } };
    acknowledge(this.role, {
      ...OWN_POLICY,
      ...keyPatterns({ ...from, key: { arn: fromKeyArn } }, ['*'], EVERY_OBJECT),
      ...keyPatterns(target, ['*'], EVERY_OBJECT),
      ...keyByAlias(target),
    });
  }
}

function replicationPolicy(props: ReplicationRoleProps): iam.PolicyDocument {
  const { from, fromKeyArn, to } = props;
  const allow = (
    actions: string[],
    resources: string[],
    conditions?: iam.Conditions,
  ): iam.PolicyStatement =>
    new iam.PolicyStatement({ actions, resources, ...(conditions && { conditions }) });
  return new iam.PolicyDocument({
    statements: [
      allow(['s3:GetReplicationConfiguration', 's3:ListBucket'], [from.bucketArn]),
      allow(
        [
          's3:GetObjectLegalHold',
          's3:GetObjectRetention',
          's3:GetObjectVersionAcl',
          's3:GetObjectVersionForReplication',
          's3:GetObjectVersionTagging',
        ],
        [`${from.bucketArn}/*`],
      ),
      allow(replicateActions(props), [`${to.bucketArn}/*`]),
      ...(from.account === to.account ? [] : [allow(INSPECT_DESTINATION, [to.bucketArn])]),
      allow(['kms:Decrypt'], [fromKeyArn], throughS3(from)),
      // With bucket keys on both sides S3 also decrypts with the replica's key.
      allow(
        ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
        [anyKey(to.region, to.account)],
        {
          ...throughS3(to),
          'ForAnyValue:StringEquals': { 'kms:ResourceAliases': to.keyAlias },
        },
      ),
    ],
  });
}

/** What S3 does to the objects of the other bucket. There it leaves none that the first account owns. */
export const replicateActions = ({
  from,
  to,
  deletions,
}: Pick<ReplicationRoleProps, 'from' | 'to' | 'deletions'>): string[] => [
  ...(from.account === to.account ? [] : ['s3:ObjectOwnerOverrideToBucketOwner']),
  ...(deletions ? ['s3:ReplicateDelete'] : []),
  's3:ReplicateObject',
  's3:ReplicateTags',
];

/**
 * What S3 may look at before it copies to a bucket of another account. AWS's examples also let it list the bucket and switch
 * its versioning; the one is not needed, and the other nobody should be able to.
 */
export const INSPECT_DESTINATION = ['s3:GetBucketVersioning'];

function throughS3(location: Location): iam.Conditions {
  return {
    StringEquals: {
      'kms:ViaService': `s3.${location.region}.amazonaws.com`,
      'kms:EncryptionContext:aws:s3:arn': location.bucketArn,
    },
  };
}

/** Everything, within 15 minutes, measured. */
export function replicationTo(
  from: Location,
  { to, deletions }: Copying,
  roleArn: string,
): CfnBucket.ReplicationConfigurationProperty {
  return {
    role: roleArn,
    rules: [
      {
        id: REPLICATION_RULE,
        status: 'Enabled',
        priority: 1,
        filter: { prefix: '' },
        deleteMarkerReplication: { status: deletions ? 'Enabled' : 'Disabled' },
        sourceSelectionCriteria: {
          replicaModifications: { status: 'Enabled' },
          sseKmsEncryptedObjects: { status: 'Enabled' },
        },
        destination: {
          bucket: to.bucketArn,
          ...(from.account !== to.account && {
            account: to.account,
            accessControlTranslation: { owner: 'Destination' },
          }),
          encryptionConfiguration: { replicaKmsKeyId: to.keyAliasArn },
          replicationTime: { status: 'Enabled', time: FIFTEEN_MINUTES },
          metrics: { status: 'Enabled', eventThreshold: FIFTEEN_MINUTES },
        },
      },
    ],
  };
}
