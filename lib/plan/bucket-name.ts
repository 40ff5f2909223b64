/** S3's limit. */
export const BUCKET_NAME_LENGTH = 63;

/** Deterministic, so that stacks in two regions and the agent name a bucket without asking each other. */
export const bucketName = (
  plan: string,
  environment: string,
  account: string,
  region: string,
): string => `tidemark-${plan}-${environment}-${account}-${region}`;
