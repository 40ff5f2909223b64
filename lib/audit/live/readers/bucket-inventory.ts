import {
  type InventoryConfiguration,
  ListBucketInventoryConfigurationsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { Properties } from '../properties.ts';

/** Every inventory of a bucket, as CloudFormation writes them. */
export async function inventoriesOf(
  s3: S3Client,
  bucket: { readonly Bucket: string; readonly ExpectedBucketOwner: string },
): Promise<Properties[]> {
  const found: Properties[] = [];
  let token: string | undefined;
  do {
    const answer = await s3.send(
      new ListBucketInventoryConfigurationsCommand({
        ...bucket,
        ...(token !== undefined && { ContinuationToken: token }),
      }),
    );
    found.push(...(answer.InventoryConfigurationList ?? []).map(inventoryOf));
    token = answer.IsTruncated ? answer.NextContinuationToken : undefined;
  } while (token !== undefined);
  return found;
}

function inventoryOf(found: InventoryConfiguration): Properties {
  const to = found.Destination?.S3BucketDestination;
  return {
    Id: found.Id,
    Enabled: found.IsEnabled,
    IncludedObjectVersions: found.IncludedObjectVersions,
    OptionalFields: found.OptionalFields,
    Prefix: found.Filter?.Prefix,
    ScheduleFrequency: found.Schedule?.Frequency,
    Destination: {
      BucketArn: to?.Bucket,
      BucketAccountId: to?.AccountId,
      Format: to?.Format,
      Prefix: to?.Prefix,
    },
  };
}
