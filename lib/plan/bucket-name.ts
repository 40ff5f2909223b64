import { boundedName } from './values/bounded-name.ts';

/** S3's limit. */
export const BUCKET_NAME_LENGTH = 63;

/** Deterministic, so that stacks in two regions and the agent name a bucket without asking each other. */
export const bucketName = (
  plan: string,
  environment: string,
  account: string,
  region: string,
): string => `tidemark-${plan}-${environment}-${account}-${region}`;

/** Buckets that stand beside the one of the backups. */
export type BesideBackups = 'evidence' | 'velero';

/** The name always ends in what the bucket is for; what is too long before that is cut. */
export const bucketNameBeside = (backups: string, purpose: BesideBackups): string =>
  `${boundedName(backups, BUCKET_NAME_LENGTH - purpose.length - 1)}-${purpose}`;
