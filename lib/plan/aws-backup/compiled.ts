import { z } from 'zod';
import { resourceTypeSchema } from '../aws-backup.ts';
import { tierSchema } from '../values/retention.ts';
import { scheduleSchema } from '../values/schedule.ts';

/** Whole days; null = for ever. */
const daysSchema = z.int().min(1).nullable();
const minutesSchema = z.int().min(1);

const ruleSchema = z.strictObject({
  /** `daily`, `monthly`, `continuous`; with a number where a group has several of one tier. */
  name: z.string(),
  /** Null for the continuous one. */
  tier: tierSchema.nullable(),
  schedule: scheduleSchema,
  /** The longest time between two starts, in seconds. */
  everySeconds: z.number().min(0),
  /** Older than this in seconds, the newest recovery point of the rule is missing: the gap and both windows. */
  overdueSeconds: z.number().min(0),
  startWindowMinutes: minutesSchema,
  /** From the start of the job. */
  completionWindowMinutes: minutesSchema,
  keepDays: daysSchema,
  /** Null = never. */
  coldAfterDays: daysSchema,
  /** In the replica region; null = none. */
  copy: z.strictObject({ keepDays: daysSchema }).nullable(),
});

const groupSchema = z.strictObject({
  name: z.string(),
  /** Name of the backup plan in AWS. */
  plan: z.string(),
  resources: z.array(resourceTypeSchema).min(1),
  tag: z.strictObject({ key: z.string(), value: z.string() }),
  rules: z.array(ruleSchema).min(1),
  restoreTest: scheduleSchema.nullable(),
});

/** What AWS Backup does in one environment. Plain JSON. */
export const compiledAwsBackupSchema = z.strictObject({
  /** Name of the vault, the same in both regions. */
  vault: z.string(),
  lock: z
    .strictObject({
      mode: z.enum(['governance', 'compliance']),
      minDays: z.int().min(1),
      /** Null = no limit, as something is kept for ever. */
      maxDays: daysSchema,
      /** After this a compliance lock cannot be changed by anyone; null for governance. */
      changeableForDays: z.int().min(1).nullable(),
    })
    .nullable(),
  groups: z.array(groupSchema).min(1),
});

export type CompiledAwsBackup = z.infer<typeof compiledAwsBackupSchema>;
export type CompiledBackupGroup = CompiledAwsBackup['groups'][number];
export type CompiledBackupRule = CompiledBackupGroup['rules'][number];
