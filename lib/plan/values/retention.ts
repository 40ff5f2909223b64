import { z } from 'zod';
import { type Duration, days, durationSchema } from './duration.ts';

/** Grandfather-father-son tiers from short to long. A backup is written once, under the longest tier that it qualifies for. */
export const TIERS = ['hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const;
export const tierSchema = z.enum(TIERS);
export type Tier = z.infer<typeof tierSchema>;

/** How long something is kept: a duration, or for ever. */
export type Keep = Duration | 'forever';
export const keepSchema = z.union([z.literal('forever'), durationSchema], {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not a retention; write a duration such as '30d', '12w' or '7y', or 'forever'`,
});

/** How many periods of its tier: `daily: 7` keeps a recovery point of each of the last seven days. */
export type Count = number;
const MOST_COUNTED = 1000;
const countSchema = z
  .number()
  .refine((count) => Number.isInteger(count) && count >= 1 && count <= MOST_COUNTED, {
    error: ({ input }) =>
      `${input} is not a retention; write a whole number from 1 to ${MOST_COUNTED}, a duration such as '30d', '12w' or '7y', or 'forever'`,
  });

const UNITS = { hourly: 'h', daily: 'd', weekly: 'w', monthly: 'mo', yearly: 'y' } as const;

/** How long a backup of a tier is kept so that `count` of them exist. */
export const countedKeep = (tier: Tier, count: Count): Keep => `${count}${UNITS[tier]}`;

/** One retention, or one for each tier (grandfather-father-son): a duration, or how many of them. */
export const keepsSchema = z.union([
  keepSchema,
  z
    .partialRecord(tierSchema, z.union([keepSchema, countSchema]))
    .refine((tiers) => Object.keys(tiers).length > 0, {
      error: () => "no tier is named; write at least one, such as { daily: '30d' }",
    }),
]);

/**
 * Where data lies after its first month: `cold` is read at once and costs more to read, `archive` has to be thawed, which
 * takes hours. Manifests and logs stay where they are.
 */
export const STORAGES = ['standard', 'cold', 'archive'] as const;
export type Storage = (typeof STORAGES)[number];

const CLASS_PATTERN = /^(?:([1-9]\d{0,5})d|forever)(?:-(cold|archive))?$/;

/**
 * The promise an object was written with, as it stands in its key: `30d`, `366d-cold`, `2557d-archive`, `forever`.
 * Whole days, because S3 lifecycle counts in days.
 */
export const retentionClassNameSchema = z.string().regex(CLASS_PATTERN, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not a retention class; write one as it stands in the keys of stored objects, such as '90d', '366d-cold', '2557d-archive' or 'forever'`,
});

export interface RetentionClass {
  readonly name: string;
  /** Days that an object stays visible after it was written; null = for ever. */
  readonly days: number | null;
  readonly storage: Storage;
}

export function retentionClass(keep: Keep, storage: Storage = 'standard'): RetentionClass {
  const d = keep === 'forever' ? null : days(keep);
  const kept = d === null ? 'forever' : `${d}d`;
  return { name: storage === 'standard' ? kept : `${kept}-${storage}`, days: d, storage };
}

/** Reads a class back from its name. Throws a TypeError on anything else. */
export function parseRetentionClass(name: string): RetentionClass {
  const match = CLASS_PATTERN.exec(name);
  if (!match) throw new TypeError(`not a retention class: ${JSON.stringify(name)}`);
  return {
    name,
    days: match[1] === undefined ? null : Number(match[1]),
    storage: STORAGES.find((storage) => storage === match[2]) ?? 'standard',
  };
}
