import { z } from 'zod';
import { placeSchema } from '../place.ts';

export const PURPOSES = ['backups', 'evidence', 'velero'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** What one region's template says of a bucket, and whether that is what the plan needs. */
const bucketSchema = z.strictObject({
  purpose: z.enum(PURPOSES),
  role: z.enum(['primary', 'replica']),
  region: z.string(),
  name: z.string(),
  versioned: z.boolean(),
  encryption: z.strictObject({ algorithm: z.string(), key: z.string() }).nullable(),
  /** Of every object by default; null = none. */
  lock: z.strictObject({ mode: z.enum(['governance', 'compliance']), days: z.number() }).nullable(),
  /** Whether single objects can be held: the newest verified backup stays, however old it becomes. */
  takesHolds: z.boolean(),
  /** What is in it is hidden after so many days; null = by no rule, or after days that differ: see the retention. */
  expiresAfterDays: z.number().nullable(),
  /** Hidden versions may be removed after so many days; null = never. */
  hiddenForDays: z.number().nullable(),
  /** Name of the bucket of the other region; null = it is not copied from here. */
  copiedTo: z.string().nullable(),
  place: placeSchema.nullable(),
  /** Whether the files have it as the plan needs it; each reason why not is among the problems. */
  kept: z.boolean(),
});

export const bucketsSchema = z.array(bucketSchema);
export type BucketRow = z.infer<typeof bucketSchema>;
