import type { Audit } from '../../audit/model.ts';

type Lock = Audit['retention'][number]['stored'][number]['lock'];

/** What holds for one of the two buckets whatever is in it. */
export function bucketRules(role: string, name: string, lock: Lock): string[] {
  return [
    `rule ${role}_is_encrypted_with_its_own_key when %${role} !empty
{
  %${role}.Properties.BucketEncryption.ServerSideEncryptionConfiguration[*].ServerSideEncryptionByDefault
  {
    SSEAlgorithm == 'aws:kms' <<${name} must be encrypted with KMS>>
    KMSMasterKeyID exists <<${name} must be encrypted with a key of its own>>
  }
}`,
    `rule ${role}_is_versioned_closed_and_stays when %${role} !empty
{
  %${role}.Properties.VersioningConfiguration.Status == 'Enabled' <<${name} must keep what is overwritten>>
  %${role}.Properties.PublicAccessBlockConfiguration
  {
    BlockPublicAcls == true <<${name} must not become public>>
    BlockPublicPolicy == true <<${name} must not become public>>
    IgnorePublicAcls == true <<${name} must not become public>>
    RestrictPublicBuckets == true <<${name} must not become public>>
  }
  %${role}.DeletionPolicy == 'Retain' <<${name} must stay when its stack goes>>
  %${role}.UpdateReplacePolicy == 'Retain' <<${name} must stay when it is replaced>>
}`,
    ...lockRules(role, name, lock),
    policyRule(role, name),
  ];
}

function lockRules(role: string, name: string, lock: Lock): string[] {
  if (!lock) return [];
  return [
    `rule ${role}_is_locked when %${role} !empty
{
  %${role}.Properties.ObjectLockEnabled == true <<${name} must have object lock>>
  %${role}.Properties.ObjectLockConfiguration.Rule.DefaultRetention
  {
    Mode == '${lock.mode.toUpperCase()}' <<${name} must be locked in ${lock.mode} mode>>
    Days == ${lock.days} <<${name} must be locked for ${lock.days} days>>
  }
}`,
  ];
}

/** The policy of the bucket is told from others in the template by the objects that it names. */
function policyRule(role: string, name: string): string {
  const everyObject = `'arn:aws:s3:::${name}/*'`;
  return `rule ${role}_refuses_requests_without_tls_and_other_keys when %${role} !empty
{
  let policies = Resources.*[ Type == 'AWS::S3::BucketPolicy'
    some Properties.PolicyDocument.Statement[*].Resource == ${everyObject} ]
  %policies !empty <<${name} must have a policy>>
  %policies
  {
    some Properties.PolicyDocument.Statement[*]
    {
      Effect == 'Deny'
      Principal == '*' or Principal.AWS == '*'
      Action == 's3:*'
      Condition.Bool.'aws:SecureTransport' == 'false' <<${name} must refuse requests without TLS>>
      Condition[ keys != 'Bool' ] empty <<${name} must refuse every request without TLS>>
    }
    some Properties.PolicyDocument.Statement[*]
    {
      Effect == 'Deny'
      Principal == '*' or Principal.AWS == '*'
      Action == 's3:PutObject'
      Resource == ${everyObject}
      Condition.StringNotEquals.'s3:x-amz-server-side-encryption-aws-kms-key-id' exists
        <<${name} must refuse objects under another key>>
    }
  }
}`;
}

export const KEY_RULES: readonly string[] = [
  `rule keys_are_rotated
{
  Resources.*[ Type == 'AWS::KMS::Key' ].Properties.EnableKeyRotation == true <<keys must be rotated>>
}`,
  `let switched_keys = Resources.*[ Type == 'AWS::KMS::Key' Properties.Enabled exists ]
rule keys_are_enabled when %switched_keys !empty
{
  %switched_keys.Properties.Enabled == true <<without its key nothing can be read>>
}`,
];
