import type { ServerSideEncryptionConfiguration } from '@aws-sdk/client-s3';
import { listOf, member, type Properties } from '../properties.ts';

/**
 * S3's answer as CloudFormation writes it. S3 refuses keys of customers on every new bucket: where the template
 * does not ask for that, it is no difference.
 */
export function encryptionOf(
  found: ServerSideEncryptionConfiguration | undefined,
  properties: Properties,
): Properties | undefined {
  if (!found) return undefined;
  const asked = listOf(member(properties.BucketEncryption, 'ServerSideEncryptionConfiguration'));
  const blocks = asked.some((rule) => member(rule, 'BlockedEncryptionTypes') !== undefined);
  return {
    ServerSideEncryptionConfiguration: (found.Rules ?? []).map(
      ({ ApplyServerSideEncryptionByDefault, BucketKeyEnabled, BlockedEncryptionTypes }) => ({
        ServerSideEncryptionByDefault: ApplyServerSideEncryptionByDefault,
        BucketKeyEnabled: BucketKeyEnabled || undefined,
        BlockedEncryptionTypes: blocks ? BlockedEncryptionTypes : undefined,
      }),
    ),
  };
}
