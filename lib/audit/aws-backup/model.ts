import { z } from 'zod';
import { tierSchema } from '../../plan/values/retention.ts';
import { scheduleSchema } from '../../plan/values/schedule.ts';
import { placeSchema } from '../place.ts';

/** Whole days; null = for ever. */
const daysSchema = z.number().nullable();

/** What one region's template says of the recovery points of a rule. */
const pointsSchema = z.strictObject({
  role: z.enum(['primary', 'replica']),
  region: z.string(),
  vault: z.string(),
  keepDays: daysSchema,
  /** Null = never. */
  coldAfterDays: daysSchema,
  /** Of the vault: `compliance` = nobody can lift it once its days of grace are over. */
  lock: z
    .strictObject({
      mode: z.enum(['governance', 'compliance']),
      minDays: daysSchema,
      maxDays: daysSchema,
    })
    .nullable(),
  /** Of the vault, where the template has it. */
  key: z.string().nullable(),
  place: placeSchema,
});

/** A rule of AWS Backup for one group of resources, and what keeps it. */
const awsBackupRowSchema = z.strictObject({
  group: z.string(),
  /** Kinds of resources: `rds`, `efs`. */
  resources: z.array(z.string()),
  /** What a resource is found by: `backup=tidemark`. */
  tag: z.string(),
  rule: z.string(),
  /** Null = continuous, within the limits of AWS Backup. */
  tier: tierSchema.nullable(),
  schedule: scheduleSchema,
  /** Between two starts, at most. Seconds. */
  everySeconds: z.number(),
  /** From the time of a start until the job is over, at most. Seconds. */
  windowSeconds: z.number(),
  promisedDays: daysSchema,
  /** Null = never. */
  promisedColdAfterDays: daysSchema,
  /** What the files have of it: in the vault of the region, and where it is copied. */
  points: z.array(pointsSchema),
  /** When the newest recovery point is restored to try it; null = never. */
  restoreTest: z
    .strictObject({ schedule: scheduleSchema, place: placeSchema.nullable() })
    .nullable(),
  /** Whether the files keep it; each reason why not is among the problems. */
  kept: z.boolean(),
});

export const awsBackupSchema = z.array(awsBackupRowSchema);

export type AwsBackupRow = z.infer<typeof awsBackupRowSchema>;
