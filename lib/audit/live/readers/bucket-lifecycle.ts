import type {
  GetBucketLifecycleConfigurationCommandOutput,
  LifecycleRule,
} from '@aws-sdk/client-s3';
import type { Properties } from '../properties.ts';

/** What S3 does with objects below 128 KB unless told otherwise. */
const DEFAULT_MINIMUM = 'all_storage_classes_128K';

/** S3's answer as CloudFormation writes it. */
export function lifecycleOf({
  Rules = [],
  TransitionDefaultMinimumObjectSize: minimum,
}: GetBucketLifecycleConfigurationCommandOutput): Properties {
  return {
    Rules: Rules.map(ruleOf),
    TransitionDefaultMinimumObjectSize: minimum === DEFAULT_MINIMUM ? undefined : minimum,
  };
}

function ruleOf({
  ID,
  Filter,
  Expiration,
  Transitions,
  Prefix,
  ...rule
}: LifecycleRule): Properties {
  const { And, Tag, ...filter } = Filter ?? {};
  const tags = [...(And?.Tags ?? []), ...(Tag ? [Tag] : [])];
  return {
    Id: ID,
    Status: rule.Status,
    Prefix: Prefix ?? filter.Prefix ?? And?.Prefix,
    TagFilters: tags,
    ObjectSizeGreaterThan: filter.ObjectSizeGreaterThan ?? And?.ObjectSizeGreaterThan,
    ObjectSizeLessThan: filter.ObjectSizeLessThan ?? And?.ObjectSizeLessThan,
    ExpirationInDays: Expiration?.Days,
    ExpirationDate: Expiration?.Date?.toISOString(),
    ExpiredObjectDeleteMarker: Expiration?.ExpiredObjectDeleteMarker || undefined,
    Transitions: Transitions?.map(({ Days, Date: on, StorageClass }) => ({
      TransitionInDays: Days,
      TransitionDate: on?.toISOString(),
      StorageClass,
    })),
    NoncurrentVersionExpiration: rule.NoncurrentVersionExpiration,
    NoncurrentVersionTransitions: rule.NoncurrentVersionTransitions?.map(
      ({ NoncurrentDays, ...transition }) => ({ TransitionInDays: NoncurrentDays, ...transition }),
    ),
    AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
  };
}
