import type { CompiledPlan } from '../plan/compiled.ts';
import { lockDays } from '../plan/promised-days.ts';
import { type BucketRule, backupRules, evidenceRules, HIDDEN_DAYS } from './bucket-rules.ts';
import { evidenceDays } from './evidence-days.ts';

/** Which of the buckets of an environment. */
export const BUCKETS = ['backups', 'evidence'] as const;
export type BucketPurpose = (typeof BUCKETS)[number];

interface Lock {
  readonly mode: 'governance' | 'compliance';
  readonly days: number;
}

/** What holds for a bucket, in nobody's format. */
export interface BucketSettings {
  readonly rules: readonly BucketRule[];
  /** Of every object by default; absent = none, though single objects can be locked and held. */
  readonly lock?: Lock;
}

/** The same that the stacks set. @param prefix of every key, empty or with its `/` */
export function bucketSettings(
  compiled: CompiledPlan,
  purpose: BucketPurpose,
  prefix: string,
): BucketSettings {
  const { lock } = compiled;
  const below = (rule: BucketRule): BucketRule =>
    rule.prefix === undefined ? rule : { ...rule, prefix: prefix + rule.prefix };
  if (purpose === 'evidence') {
    return {
      rules: evidenceRules(compiled).map(below),
      lock: { mode: lock ?? 'governance', days: evidenceDays(compiled) },
    };
  }
  return {
    rules: backupRules(compiled).map(below),
    ...(lock && { lock: { mode: lock, days: lockDays(compiled) } }),
  };
}

/** As `aws s3api` takes it, and whatever speaks S3: the keys are the configurations' names. */
export const s3Settings = ({ rules, lock }: BucketSettings) => ({
  versioning: { Status: 'Enabled' },
  lock: {
    ObjectLockEnabled: 'Enabled',
    ...(lock && {
      Rule: { DefaultRetention: { Mode: lock.mode.toUpperCase(), Days: lock.days } },
    }),
  },
  lifecycle: { Rules: rules.map(s3Rule) },
});

const s3Rule = ({ id, prefix, days, move, tidies }: BucketRule) => ({
  ID: id,
  Status: 'Enabled',
  Filter: { Prefix: prefix ?? '' },
  ...(days !== undefined && {
    Expiration: { Days: days },
    NoncurrentVersionExpiration: { NoncurrentDays: HIDDEN_DAYS },
  }),
  ...(move && { Transitions: [{ Days: move.afterDays, StorageClass: move.storageClass }] }),
  ...(tidies && {
    Expiration: { ExpiredObjectDeleteMarker: true },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: tidies.uploadsAfterDays },
  }),
});

/** Google's classes that cost as little; both are read at once. */
const GOOGLE_CLASSES: Readonly<Record<string, string>> = {
  GLACIER_IR: 'COLDLINE',
  DEEP_ARCHIVE: 'ARCHIVE',
};
/** Google takes so many prefixes in one condition. */
const MOST_PREFIXES = 50;

/**
 * As `gcloud storage buckets` takes it. Google allows a hundred rules for a bucket, so those that say the same of several
 * prefixes are one. Uploads that were never completed end by themselves after a week, and deletions leave no markers.
 */
export function googleSettings({ rules, lock }: BucketSettings) {
  return {
    versioning: { enabled: true },
    lock: lock ? { mode: lock.mode, days: lock.days } : null,
    lifecycle: {
      lifecycle: {
        rule: [
          ...grouped(rules, ({ days }) => days).flatMap(([days, prefixes]) =>
            googleRules({ type: 'Delete' }, { age: days, isLive: true }, prefixes),
          ),
          ...googleRules(
            { type: 'Delete' },
            { daysSinceNoncurrentTime: HIDDEN_DAYS },
            rules.flatMap(({ days, prefix }) => (days === undefined || !prefix ? [] : [prefix])),
          ),
          ...grouped(rules, ({ move }) => move?.storageClass).flatMap(([name, prefixes]) =>
            googleRules(
              { type: 'SetStorageClass', storageClass: GOOGLE_CLASSES[name] ?? name },
              { age: rules.find(({ move }) => move?.storageClass === name)?.move?.afterDays },
              prefixes,
            ),
          ),
        ],
      },
    },
  };
}

const googleRules = (action: object, condition: object, prefixes: readonly string[]) =>
  Array.from({ length: Math.ceil(prefixes.length / MOST_PREFIXES) }, (_, chunk) => ({
    action,
    condition: {
      ...condition,
      matchesPrefix: prefixes.slice(chunk * MOST_PREFIXES, (chunk + 1) * MOST_PREFIXES),
    },
  }));

/** Prefixes by what holds for them, in the order in which it first does. */
function grouped<T extends string | number>(
  rules: readonly BucketRule[],
  what: (rule: BucketRule) => T | undefined,
): [T, string[]][] {
  const groups = new Map<T, string[]>();
  for (const rule of rules) {
    const key = what(rule);
    if (key === undefined || rule.prefix === undefined) continue;
    groups.set(key, [...(groups.get(key) ?? []), rule.prefix]);
  }
  return [...groups];
}
