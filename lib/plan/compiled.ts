import { z } from 'zod';
import { retentionClassNameSchema, tierSchema } from './values/retention.ts';
import { scheduleSchema } from './values/schedule.ts';

/** Seconds. */
const secondsSchema = z.number().min(0);

const classSchema = z.strictObject({
  name: retentionClassNameSchema,
  days: z.number().nullable(),
  cold: z.boolean(),
});

const protectionSchema = z.strictObject({
  kind: z.enum(['wal', 'full', 'incremental']),
  /** Scheduled kinds; null for the continuous one. */
  schedule: scheduleSchema.nullable(),
  /** Continuous kinds: seconds between two stores of the unfinished tail. */
  flushSeconds: secondsSchema.nullable(),
  /** A job is ended after this; 0 for continuous kinds. */
  deadlineSeconds: secondsSchema,
  /** From short to long. One entry, without a tier, for continuous kinds. */
  tiers: z
    .array(z.strictObject({ tier: tierSchema.nullable(), class: retentionClassNameSchema }))
    .min(1),
  /** Older than this, the newest backup of this kind is missing: the longest gap between starts plus the deadline. */
  overdueSeconds: secondsSchema,
  /** False where a finding says that no job is derived for this row, with the reason. */
  derived: z.boolean(),
});

const proofSchema = z.strictObject({
  /** Loss in seconds that the schedules allow in the worst case. */
  worstLossSeconds: secondsSchema,
  /** Point-in-time recovery reaches at least this many seconds back, at any moment; 0 = recovery points only; null = for ever. */
  windowSeconds: secondsSchema.nullable(),
  /** The kind that the loss is computed from. */
  by: z.enum(['wal', 'full', 'incremental']),
});

const sourceSchema = z.strictObject({
  name: z.string(),
  engine: z.enum(['postgresql']),
  server: z.strictObject({
    host: z.string(),
    port: z.number(),
    database: z.string(),
    credentials: z.string(),
    version: z.string(),
    tls: z.enum(['disable', 'require', 'verify-full']),
    uid: z.number(),
    gid: z.number(),
  }),
  /** Replication slot of the WAL streamer. */
  slot: z.string(),
  objectives: z.strictObject({ rpoSeconds: secondsSchema, rtoSeconds: secondsSchema }),
  protections: z.array(protectionSchema),
  verify: z.strictObject({
    checksums: scheduleSchema.nullable(),
    restore: scheduleSchema.nullable(),
    fullRestore: scheduleSchema.nullable(),
  }),
  restore: z.strictObject({ volumeClaim: z.string() }).nullable(),
  proof: proofSchema,
});

/**
 * A plan for one environment with every default resolved: the only thing that stacks, charts,
 * Lambdas, the agent and reports consume. Plain JSON.
 */
export const compiledPlanSchema = z.strictObject({
  format: z.literal(1),
  plan: z.string(),
  title: z.string().nullable(),
  environment: z.string(),
  account: z.string(),
  regions: z.strictObject({ primary: z.string(), replica: z.string() }),
  buckets: z.strictObject({ primary: z.string(), replica: z.string() }),
  weekStartsOn: z.enum(['sunday', 'monday']),
  objectives: z.strictObject({ rpoSeconds: secondsSchema, rtoSeconds: secondsSchema }),
  lock: z.enum(['governance', 'compliance']).nullable(),
  /** Every retention class in use, sorted by name: one set of lifecycle rules each. */
  classes: z.array(classSchema),
  kubernetes: z.strictObject({
    namespace: z.string(),
    cluster: z.string(),
    replicaCluster: z.string(),
    image: z.string(),
  }),
  alerts: z.strictObject({ email: z.array(z.string()) }),
  sources: z.array(sourceSchema),
});

export type CompiledPlan = z.infer<typeof compiledPlanSchema>;
export type CompiledSource = CompiledPlan['sources'][number];
export type Protection = CompiledSource['protections'][number];
