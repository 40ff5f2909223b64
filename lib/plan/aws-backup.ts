import { z } from 'zod';
import { cadenceSchema } from './values/cadence.ts';
import { durationSchema } from './values/duration.ts';
import { nameSchema } from './values/names.ts';
import { keepsSchema } from './values/retention.ts';
import { vaultRowSchema } from './values/rows.ts';

/** What lives in AWS itself and is backed up there, by AWS Backup. */
export const RESOURCE_TYPES = ['rds', 'aurora', 'efs', 'ebs', 'dynamodb', 's3'] as const;
export const resourceTypeSchema = z.enum(RESOURCE_TYPES);
export type ResourceType = z.infer<typeof resourceTypeSchema>;

const tagTextSchema = (longest: number) =>
  z
    .string()
    .regex(/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u, {
      error: (issue) =>
        `${JSON.stringify(issue.input)} cannot be in a tag; write letters, digits, spaces and _.:/=+-@, and not 'aws:' in front`,
    })
    .max(longest);

/** Point in time: every change is stored, and every second of the last `keep` can be restored. */
const continuousRowSchema = z.strictObject({
  kind: z.literal('continuous'),
  /** How far back; 35 days at most. */
  keep: durationSchema,
});

/** Continuous backup by AWS Backup: recovery to any second of the last `keep`. */
export const continuous = (
  options: Omit<z.input<typeof continuousRowSchema>, 'kind'>,
): z.input<typeof continuousRowSchema> => ({ kind: 'continuous', ...options });

const rowSchema = z.discriminatedUnion('kind', [continuousRowSchema, vaultRowSchema]);

const groupSchema = z.strictObject({
  /** Kinds of resources; those of them that have the tag are backed up. */
  resources: z.array(resourceTypeSchema).min(1),
  tag: z.strictObject({ key: tagTextSchema(128), value: tagTextSchema(256) }),
  protect: z.array(rowSchema).min(1),
  /** A job that has not started by then is given up. At least 1 h. */
  startWithin: durationSchema.default('1h'),
  /** When recovery points of the tiers in `cold` move to cold storage. */
  coldAfter: durationSchema.default('30d'),
  /** `replica`: every scheduled recovery point is copied to the replica region. */
  copy: z.enum(['replica', 'none']).default('replica'),
  /** How long copies are kept. Default: as long as what they are copied from. */
  copyKeep: keepsSchema.optional(),
  /** How often AWS Backup restores a recovery point into a resource of its own, and removes it again. */
  verify: z.strictObject({ restore: cadenceSchema.optional() }).prefault({}),
});

/** What AWS Backup protects, in the words of the other sources. */
export const awsBackupSchema = z.strictObject({
  /** Where the environment has a lock. */
  lock: z
    .strictObject({
      /** No recovery point is kept for less. Default: the shortest retention in the vault. */
      min: durationSchema.optional(),
      /** Nor for more. Default: the longest retention in the vault. */
      max: durationSchema.optional(),
      /** Until then a compliance lock can still be taken away; 3 days at least. */
      changeableFor: durationSchema.default('3d'),
    })
    .prefault({}),
  /** None = nothing is derived, such as in an environment without such resources. */
  groups: z.record(nameSchema, groupSchema),
});

export type AwsBackupPlan = z.output<typeof awsBackupSchema>;
export type BackupGroup = AwsBackupPlan['groups'][string];
export type FullRow = z.output<typeof vaultRowSchema>;
