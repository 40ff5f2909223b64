import { z } from 'zod';
import { tierSchema } from '../../plan/values/retention.ts';
import { scheduleSchema } from '../../plan/values/schedule.ts';
import { comparableAwsBackupSchema } from './aws-backup-facts.ts';

const severitySchema = z.object({ severity: z.string() });
const classSchema = z.object({ name: z.string(), days: z.number().nullable() });
const rowSchema = z.object({
  kind: z.string(),
  schedule: scheduleSchema.nullable(),
  flushSeconds: z.number().nullable(),
  deadlineSeconds: z.number(),
  longestGapSeconds: z.number().optional(),
  overdueSeconds: z.number().optional(),
  tiers: z.array(z.object({ tier: tierSchema.nullable(), class: z.string() })).min(1),
  derived: z.boolean(),
  metBy: z.string().nullable().optional(),
});
const sourceSchema = z.object({
  name: z.string(),
  engine: z.string(),
  objectives: z.object({ rpoSeconds: z.number(), rtoSeconds: z.number() }),
  protections: z.array(rowSchema),
  verify: z.record(z.string(), scheduleSchema.nullable()),
  proof: z.object({
    worstLossSeconds: z.number(),
    lossAfterFailureSeconds: z.number().nullable().optional(),
    windowSeconds: z.number().nullable(),
  }),
  restore: z.unknown().optional(),
  settings: z.looseObject({}).optional(),
});

/**
 * The parts of a compiled plan that are promises, in every form that a version of this program gave them: a plan of an
 * older commit is compiled by the program of that commit.
 */
export const comparablePlanSchema = z.object({
  format: z.literal(1),
  plan: z.string(),
  environment: z.string(),
  account: z.string(),
  replicaAccount: z.string().optional(),
  regions: z.object({ primary: z.string(), replica: z.string() }),
  /** Plans and audits of earlier versions are all of AWS. */
  store: z.object({ url: z.string(), replica: z.string().optional() }).optional(),
  weekStartsOn: z.string(),
  lock: z.enum(['governance', 'compliance']).nullable(),
  breakGlass: z
    .object({ principals: z.array(z.string()), bypassGovernance: z.boolean() })
    .optional(),
  classes: z.array(classSchema),
  /** Plans compiled by earlier versions retire nothing. */
  retired: z.array(classSchema).default([]),
  alerts: z.object({
    email: z.array(z.string()),
    slack: z.object({ channel: z.string() }).optional(),
    https: z.array(z.string()).optional(),
    failed: severitySchema.extend({ forSeconds: z.number() }).optional(),
    missing: severitySchema.extend({ afterSeconds: z.number().nullable() }).optional(),
    tooSmall: severitySchema.extend({ below: z.number() }).optional(),
    verificationFailed: severitySchema.optional(),
  }),
  recovery: z
    .object({
      severities: z.array(
        z.object({ level: z.string(), rtoSeconds: z.number(), procedure: z.array(z.string()) }),
      ),
      phases: z.array(
        z.object({
          name: z.string(),
          withinSeconds: z.number().nullable(),
          steps: z.array(z.string()),
        }),
      ),
    })
    .optional(),
  logDays: z.number().nullable().optional(),
  awsBackup: comparableAwsBackupSchema.optional(),
  sources: z.array(sourceSchema),
});
export type ComparablePlan = z.infer<typeof comparablePlanSchema>;
