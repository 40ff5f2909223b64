import { z } from 'zod';
import { tierSchema } from '../../plan/values/retention.ts';
import { scheduleSchema } from '../../plan/values/schedule.ts';

const storedSchema = z.object({
  role: z.enum(['primary', 'replica']),
  lock: z.object({ mode: z.enum(['governance', 'compliance']), days: z.number() }).nullable(),
  encryption: z.object({ algorithm: z.string(), key: z.string() }).nullable(),
});
const retentionSchema = z.object({
  source: z.string(),
  engine: z.string(),
  kind: z.string(),
  tier: tierSchema.nullable(),
  schedule: scheduleSchema.nullable(),
  everySeconds: z.number(),
  deadlineSeconds: z.number(),
  class: z.string(),
  notDerived: z.string().nullable(),
  stored: z.array(storedSchema),
  replication: z.object({ toRegion: z.string() }).nullable(),
});

const alertSchema = z.object({
  source: z.string().nullable(),
  name: z.string(),
  condition: z.string(),
  /** Audits of earlier versions, and alerts that compare no metric, have the condition in words alone. */
  fires: z
    .object({
      metric: z.string(),
      statistic: z.string(),
      comparison: z.string(),
      threshold: z.number().nullable(),
      seconds: z.number(),
      onSilence: z.boolean(),
    })
    .nullish(),
  severity: z.string(),
  tells: z.array(z.string()),
});

/** The parts of an audit that are promises. An older audit lacks what later ones have; what is here is in all of them. */
export const comparableAuditSchema = z.object({
  format: z.literal(1),
  plan: z.string(),
  environment: z.string(),
  account: z.string(),
  replicaAccount: z.string().optional(),
  regions: z.object({ primary: z.string(), replica: z.string() }),
  /** Plans and audits of earlier versions are all of AWS. */
  store: z.object({ url: z.string(), replica: z.string().optional() }).optional(),
  retention: z.array(retentionSchema),
  /** Audits of earlier versions retire nothing. */
  retired: z.array(z.string()).default([]),
  objectives: z.array(
    z.object({
      source: z.string(),
      rpoSeconds: z.number(),
      rtoSeconds: z.number(),
      worstLossSeconds: z.number(),
      lossAfterFailureSeconds: z.number().nullable().optional(),
      windowSeconds: z.number().nullable(),
    }),
  ),
  alerts: z.array(alertSchema),
  verification: z.array(
    z.object({
      source: z.string(),
      check: z.string(),
      schedule: scheduleSchema.nullable(),
      automated: z.boolean(),
    }),
  ),
  findings: z.array(
    z.object({
      code: z.string(),
      severity: z.enum(['error', 'warning', 'info', 'exempt']),
      path: z.string(),
      message: z.string(),
      reason: z.string().nullable(),
      source: z.string().nullable().optional(),
    }),
  ),
});
export type ComparableAudit = z.infer<typeof comparableAuditSchema>;
