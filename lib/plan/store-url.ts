import type { CompiledPlan } from './compiled.ts';

type Stored = Pick<CompiledPlan, 'store' | 'buckets' | 'regions'>;

/**
 * Whether the environment's backups are in AWS: then there are stacks, with buckets, roles, alarms and functions that
 * verify. Elsewhere the plan names a store, and what AWS would do is done by jobs in the cluster.
 */
export const usesAws = ({ store }: Pick<CompiledPlan, 'store'>): boolean => store === undefined;

/** The store of the backups, as `--store` takes it. */
export const storeUrlOf = ({ store, buckets, regions }: Stored): string =>
  store?.url ?? bucketUrl(buckets.primary, regions.primary);

/** The store beside it, for what verifications and drills found; undefined where the plan names none. */
export const evidenceUrlOf = ({ store, buckets, regions }: Stored): string | undefined =>
  store ? store.evidence : bucketUrl(buckets.evidence.primary, regions.primary);

const bucketUrl = (bucket: string, region: string): string => `s3://${bucket}?region=${region}`;
