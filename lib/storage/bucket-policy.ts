import * as iam from 'aws-cdk-lib/aws-iam';
import { LANDING } from '../catalog/keys.ts';

const KMS_KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';
const ENCRYPTION = 's3:x-amz-server-side-encryption';
const CUSTOMER_KEY = 's3:x-amz-server-side-encryption-customer-algorithm';

/** What nobody may do, whatever a role allows. Replication is not concerned: it writes with s3:ReplicateObject. */
type Denied = iam.PolicyStatement[];

/** An object is encrypted with the key of its bucket or not at all stored. */
export function ownKeyOnly(bucketArn: string, keyArn: string): Denied {
  const objects = { resources: [`${bucketArn}/*`] };
  return [
    // A request that names no encryption gets the bucket's own key; one that names it must name that key.
    denyPut('DenyOtherEncryption', objects, {
      Null: { [ENCRYPTION]: 'false' },
      StringNotEquals: { [ENCRYPTION]: 'aws:kms' },
    }),
    denyPut('DenyOtherKey', objects, {
      Null: { [KMS_KEY]: 'false' },
      StringNotEquals: { [KMS_KEY]: keyArn },
    }),
    // `aws:kms` without a key would take the account's aws/s3 key, which does not replicate and has no policy of ours.
    denyPut('DenyUnnamedKey', objects, {
      Null: { [ENCRYPTION]: 'false', [KMS_KEY]: 'true' },
    }),
    // Whoever brings a key takes it away again: what is stored with it is held to ransom.
    denyPut('DenyCustomerKey', objects, { Null: { [CUSTOMER_KEY]: 'false' } }),
    // S3 changes the key of a stored object in place, of a locked one as well: another key can be deleted.
    deny('DenyReencryption', 's3:UpdateObjectEncryption', objects),
  ];
}

/** Objects are added, by upload or by copy, and never replaced. */
export const writeOnce = (bucketArn: string): Denied => [
  overwriting({ resources: [`${bucketArn}/*`] }),
];

/**
 * The same but for landing/, where servers write by themselves: they send no conditions and write some of their files
 * again. Nobody else writes there, and what they leave is taken over within days.
 * @param servers ARNs, or patterns of them, of the roles of these servers
 */
export function writeOnceButLanding(bucketArn: string, servers: readonly string[]): Denied {
  const landing = `${bucketArn}/${LANDING}/*`;
  return [
    overwriting({ notResources: [landing] }),
    denyPut(
      'DenyLanding',
      { resources: [landing] },
      servers.length > 0 ? { ArnNotLike: { 'aws:PrincipalArn': [...servers].sort() } } : {},
    ),
  ];
}

/** A copy carries the condition or is refused as well: S3 knows it for CopyObject, too. */
const overwriting = (target: Target): iam.PolicyStatement =>
  denyPut('DenyOverwrite', target, {
    Null: { 's3:if-none-match': 'true' },
    // False for the parts of a multipart upload, which carry no condition: its completion does.
    Bool: { 's3:ObjectCreationOperation': 'true' },
  });

type Target = { resources: string[] } | { notResources: string[] };

const denyPut = (sid: string, target: Target, conditions: iam.Conditions): iam.PolicyStatement =>
  deny(sid, 's3:PutObject', target, conditions);

function deny(
  sid: string,
  action: string,
  target: Target,
  conditions: iam.Conditions = {},
): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    principals: [new iam.StarPrincipal()],
    actions: [action],
    ...target,
    conditions,
  });
}
