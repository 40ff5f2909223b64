import { BILLED_DAYS } from '../limits.ts';

/**
 * What AWS asks for, in US dollars: list prices before any discount, without taxes and free tiers. Every figure that a
 * report or a finding names in dollars follows from this table; a newer one is a change of this file alone.
 */

/** When the table was last compared with its source. */
export const PRICES_AS_OF = '2026-07-01';

/** The region that the prices are those of. */
export const PRICED_REGION = 'us-east-1';

/** Source of every figure: the public offer files of these services. */
export const PRICES_SOURCE =
  'AWS Price List: AmazonS3, AWSDataTransfer, AWSLambda, awskms, AmazonCloudWatch';

export const STORAGE_CLASSES = [
  'STANDARD',
  'STANDARD_IA',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
] as const;
export type StorageClass = (typeof STORAGE_CLASSES)[number];

export interface StoragePrice {
  /** For a GiB and month; of Standard the first 50 TB. S3 bills 2^30 bytes as a gigabyte. */
  readonly gibMonth: number;
  /** Billed for at least so many days from the move on. */
  readonly minimumDays: number;
  /** Smaller objects are not moved here by lifecycle. Bytes. */
  readonly smallestBytes: number;
  /** Moving one object here. */
  readonly transition: number;
  /** Reading one GiB; of an archive by a standard retrieval. */
  readonly readGib: number;
  /** One GET; of an archive the request for its retrieval. */
  readonly get: number;
  /** Bytes that are billed beside each object: of its own class, and of Standard. */
  readonly overhead: { readonly own: number; readonly standard: number };
  /** Whether it is read at once; else it has to be retrieved first. */
  readonly immediate: boolean;
}

const KIB = 1024;
const THOUSAND = 1000;
const NO_OVERHEAD = { own: 0, standard: 0 } as const;
/** Index and name of an archived object. */
const ARCHIVE_OVERHEAD = { own: 32 * KIB, standard: 8 * KIB } as const;

export const STORAGE: Readonly<Record<StorageClass, StoragePrice>> = {
  STANDARD: {
    gibMonth: 0.023,
    minimumDays: 0,
    smallestBytes: 0,
    transition: 0,
    readGib: 0,
    get: 0.0004 / THOUSAND,
    overhead: NO_OVERHEAD,
    immediate: true,
  },
  STANDARD_IA: {
    gibMonth: 0.0125,
    minimumDays: 30,
    smallestBytes: 128 * KIB,
    transition: 0.01 / THOUSAND,
    readGib: 0.01,
    get: 0.001 / THOUSAND,
    overhead: NO_OVERHEAD,
    immediate: true,
  },
  GLACIER_IR: {
    gibMonth: 0.004,
    minimumDays: BILLED_DAYS.cold,
    smallestBytes: 128 * KIB,
    transition: 0.02 / THOUSAND,
    readGib: 0.03,
    get: 0.01 / THOUSAND,
    overhead: NO_OVERHEAD,
    immediate: true,
  },
  GLACIER: {
    gibMonth: 0.0036,
    minimumDays: 90,
    smallestBytes: 128 * KIB,
    transition: 0.03 / THOUSAND,
    readGib: 0.01,
    get: 0.05 / THOUSAND,
    overhead: ARCHIVE_OVERHEAD,
    immediate: false,
  },
  DEEP_ARCHIVE: {
    gibMonth: 0.00099,
    minimumDays: BILLED_DAYS.archive,
    smallestBytes: 128 * KIB,
    transition: 0.05 / THOUSAND,
    readGib: 0.02,
    get: 0.1 / THOUSAND,
    overhead: ARCHIVE_OVERHEAD,
    immediate: false,
  },
};

/** A bulk retrieval from an archive: cheaper than a standard one, and up to four times as slow. */
export const BULK: Partial<Record<StorageClass, Pick<StoragePrice, 'readGib' | 'get'>>> = {
  GLACIER: { readGib: 0, get: 0 },
  DEEP_ARCHIVE: { readGib: 0.0025, get: 0.025 / THOUSAND },
};

/** What is asked for whatever the storage class is. */
export const PRICES = {
  /** One PUT, or one part of an upload. */
  put: 0.005 / THOUSAND,
  /** One GiB to another region; less between some of them. */
  transferGib: 0.02,
  /** One GiB that is copied within 15 minutes (replication time control). */
  timeControlGib: 0.015,
  /** One GiB that S3 Batch Operations hashes in place, in any class. */
  computeChecksumGib: 0.004,
  /** One GiB and second of a Lambda on arm64. */
  lambdaGibSecond: 0.0000133334,
  /** A month each. */
  month: { key: 1, alarm: 0.1, compositeAlarm: 0.5, dashboard: 3 },
} as const;

/**
 * What the Lambda that verifies reads in a second. An assumption, on the low side: reading, hashing and decompressing in
 * one stream.
 */
export const VERIFIED_MIB_PER_SECOND = 64;

export const isStorageClass = (name: string): name is StorageClass =>
  STORAGE_CLASSES.some((known) => known === name);

/** Storage in Standard for a GiB and month: by it a region is compared with the priced one. */
const STANDARD_BY_REGION: Readonly<Record<string, number>> = {
  'af-south-1': 0.0274,
  'ap-northeast-1': 0.025,
  'ap-northeast-2': 0.025,
  'ap-south-1': 0.025,
  'ap-southeast-1': 0.025,
  'ap-southeast-2': 0.025,
  'ap-southeast-3': 0.025,
  'ca-central-1': 0.025,
  'eu-central-1': 0.0245,
  'eu-north-1': 0.023,
  'eu-west-1': 0.023,
  'eu-west-2': 0.024,
  'eu-west-3': 0.024,
  'me-south-1': 0.025,
  'sa-east-1': 0.0405,
  'us-east-1': 0.023,
  'us-east-2': 0.023,
  'us-west-1': 0.026,
  'us-west-2': 0.023,
};

/** What the prices are multiplied by in a region; undefined where the table does not know it. */
export function regionRatio(region: string): number | undefined {
  const standard = STANDARD_BY_REGION[region];
  return standard === undefined ? undefined : standard / STORAGE.STANDARD.gibMonth;
}
