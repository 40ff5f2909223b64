import { z } from 'zod';
import { tierSchema } from '../plan/values/retention.ts';
import { scheduleSchema } from '../plan/values/schedule.ts';
import { awsBackupSchema } from './aws-backup/model.ts';
import { bucketsSchema } from './buckets/model.ts';
import { costsSchema } from './costs/model.ts';
import { liveSchema } from './live/model.ts';
import { placeSchema } from './place.ts';

/** Seconds. */
const secondsSchema = z.number().min(0);
/** Whole days; null = for ever. */
const daysSchema = z.number().nullable();

/** What one region's template really says about a retention class. */
const storedSchema = z.strictObject({
  role: z.enum(['primary', 'replica']),
  region: z.string(),
  bucket: z.string(),
  /** A recovery point is visible for this many days: until the first of its objects is hidden. */
  visibleDays: daysSchema,
  /** All of it is eligible for deletion after this many: expiration plus the noncurrent day. */
  deletableDays: daysSchema,
  /** Moved to `storageClass` after this many days; null = never. */
  coldAfterDays: daysSchema,
  storageClass: z.string().nullable(),
  lock: z.strictObject({ mode: z.enum(['governance', 'compliance']), days: z.number() }).nullable(),
  /** Algorithm and key of the default encryption; null = none of our own. */
  encryption: z.strictObject({ algorithm: z.string(), key: z.string() }).nullable(),
  versioned: z.boolean(),
  place: placeSchema.nullable(),
});

/** One promise of the plan and what keeps it: a row of the retention matrix. */
const retentionSchema = z.strictObject({
  source: z.string(),
  engine: z.string(),
  kind: z.string(),
  tier: tierSchema.nullable(),
  /** When backups of this row start; null for a continuous kind. */
  schedule: scheduleSchema.nullable(),
  /** Between two starts, at most; for a continuous kind between two stores of its tail. */
  everySeconds: secondsSchema,
  /** A job is ended after this; 0 for a continuous kind. */
  deadlineSeconds: secondsSchema,
  /** What the plan promises. */
  promisedDays: daysSchema,
  cold: z.boolean(),
  /** Why nothing is derived for this row, so that nothing in the files keeps it; null = the files must keep it. */
  notDerived: z.string().nullable(),
  class: z.string(),
  stored: z.array(storedSchema),
  /** How objects get to the other region; null = they do not. */
  replication: z
    .strictObject({
      toRegion: z.string(),
      withinMinutes: z.number().nullable(),
      place: placeSchema,
    })
    .nullable(),
  /** What writes the backups: a CronJob or Deployment; null = nothing is derived. */
  job: placeSchema.nullable(),
  /** Whether the files keep the promise; each reason why not is among the problems, or in `notDerived`. */
  kept: z.boolean(),
});

const objectiveSchema = z.strictObject({
  source: z.string(),
  rpoSeconds: secondsSchema,
  rtoSeconds: secondsSchema,
  /** Loss in the worst case by the schedules alone. */
  worstLossSeconds: secondsSchema,
  by: z.string(),
  /** How far back recovery to any moment reaches; 0 = recovery points only, null = for ever. */
  windowSeconds: secondsSchema.nullable(),
  rpoProven: z.boolean(),
  /** Of the newest successful drill; null = none is on record, so the RTO is an objective and not a measurement. */
  measuredRtoSeconds: secondsSchema.nullable(),
});

const alertSchema = z.strictObject({
  /** An alarm on a metric, one that combines others, or a rule on events. Audits of earlier versions have the first alone. */
  kind: z.enum(['metric', 'composite', 'event']).default('metric'),
  /** Null = about the environment. */
  source: z.string().nullable(),
  name: z.string(),
  /** What must be true for it to fire, in words. */
  condition: z.string(),
  /** The same as CloudWatch compares it; null where no metric is compared. */
  fires: z
    .strictObject({
      metric: z.string(),
      statistic: z.string(),
      /** CloudWatch's name of it: `GreaterThanThreshold`. */
      comparison: z.string(),
      /** In the unit of the metric; null = none is written. */
      threshold: z.number().nullable(),
      /** For so long, or counted over so long. */
      seconds: secondsSchema,
      /** Whether it fires when there is no data, too. */
      onSilence: z.boolean(),
    })
    .nullable(),
  severity: z.string(),
  /** Whom it tells: a topic and its addresses. */
  tells: z.array(z.string()),
  runbook: z.string().nullable(),
  place: placeSchema,
});

const verificationSchema = z.strictObject({
  source: z.string(),
  check: z.string(),
  schedule: scheduleSchema.nullable(),
  /** False = people run it. */
  automated: z.boolean(),
  place: placeSchema.nullable(),
  /** The last one on record in the store that was named; null = none is, or nobody looked. */
  newest: z
    .strictObject({
      /** ISO 8601. */
      at: z.string(),
      /** What it found; none = sound. */
      problems: z.array(z.string()),
    })
    .nullable(),
});

const drillSchema = z.strictObject({
  source: z.string(),
  /** ISO 8601. */
  at: z.string(),
  outcome: z.enum(['succeeded', 'failed']),
  rpoSeconds: secondsSchema.nullable(),
  rtoSeconds: secondsSchema.nullable(),
  /** It loaded a dump, which says nothing about base backups beside it. */
  ofDump: z.literal(true).optional(),
});

const findingSchema = z.strictObject({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'info', 'exempt']),
  path: z.string(),
  /** Whom it is about where sources share what is at the path; null = what the path says. */
  source: z.string().nullable(),
  message: z.string(),
  remedy: z.string(),
  /** Of the exemption. */
  reason: z.string().nullable(),
});

const controlSchema = z.strictObject({
  /** `CP-9(8)`, `A1.2`, `164.308(a)(7)(ii)(A)`. */
  id: z.string(),
  /** `nist-800-53`, `hipaa`, `cis-v8`, `soc2`, `iso-27001`. */
  framework: z.string(),
  title: z.string(),
  /** What the resources do towards it, and what they do not: no more than that is claimed. */
  statement: z.string(),
  status: z.enum(['satisfied', 'partly', 'not-satisfied']),
  resources: z.array(placeSchema),
  /** What is missing where the status is not `satisfied`. */
  missing: z.array(z.string()),
});

/** Where what the plan promises is not kept; one is enough to fail the audit. */
const problemSchema = z.strictObject({
  place: placeSchema.nullable(),
  message: z.string(),
  remedy: z.string(),
});

/**
 * What an environment's synthesised templates and manifests promise, beside what its plan promises. Plain JSON: the
 * form that other formats are made from, and that a later one is compared with.
 */
export const auditSchema = z.strictObject({
  format: z.literal(1),
  tool: z.string(),
  plan: z.string(),
  title: z.string().nullable(),
  environment: z.string(),
  account: z.string(),
  /** Of the replica region, where it is another one. */
  replicaAccount: z.string().optional(),
  regions: z.strictObject({ primary: z.string(), replica: z.string() }),
  /** Outside of AWS, where account and regions are empty: URLs of the backups and of their copy. */
  store: z.strictObject({ url: z.string(), replica: z.string().optional() }).optional(),
  /** The files that were read, with their SHA-256. */
  files: z.array(z.strictObject({ file: z.string(), sha256: z.string() })),
  retention: z.array(retentionSchema),
  /** Classes that no row has any more and stored backups still have: the files must keep their lifecycle rules. */
  retired: z.array(z.string()),
  /** Those of the backups, of what verifications and drills found, and of Velero; empty in audits of earlier versions. */
  buckets: bucketsSchema.default([]),
  /** What AWS Backup does for resources in AWS itself; empty where the plan asks nothing of it. */
  awsBackup: awsBackupSchema.default([]),
  objectives: z.array(objectiveSchema),
  alerts: z.array(alertSchema),
  verification: z.array(verificationSchema),
  /** On record in the store that was named; newest first. */
  drills: z.array(drillSchema),
  findings: z.array(findingSchema),
  controls: z.array(controlSchema),
  /** Null in audits of earlier versions. */
  costs: costsSchema.nullable().default(null),
  problems: z.array(problemSchema),
  /** What is deployed; undefined where nobody looked. */
  live: liveSchema.optional(),
});

export type Audit = z.infer<typeof auditSchema>;
export type Place = z.infer<typeof placeSchema>;
