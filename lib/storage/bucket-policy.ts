import * as iam from 'aws-cdk-lib/aws-iam';
import { LANDING } from '../catalog/keys.ts';

const KMS_KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';
const ENCRYPTION = 's3:x-amz-server-side-encryption';

/**
 * What nobody may do, whatever a role allows. Replication is not concerned: it writes with s3:ReplicateObject.
 * Servers that write below landing/ by themselves send neither conditions nor encryption headers; what they leave is
 * encrypted by the bucket's default and taken over within days.
 */
export function writeOnce(bucketArn: string, keyArn: string): iam.PolicyStatement[] {
  const objects = { resources: [`${bucketArn}/*`] };
  return [
    denyPut(
      'DenyOverwrite',
      { notResources: [`${bucketArn}/${LANDING}/*`] },
      {
        Null: { 's3:if-none-match': 'true' },
        // False for the parts of a multipart upload, which carry no condition: its completion does.
        Bool: { 's3:ObjectCreationOperation': 'true' },
      },
    ),
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
  ];
}

function denyPut(
  sid: string,
  target: { resources: string[] } | { notResources: string[] },
  conditions: iam.Conditions,
): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    principals: [new iam.StarPrincipal()],
    actions: ['s3:PutObject'],
    ...target,
    conditions,
  });
}
