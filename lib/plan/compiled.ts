import { z } from 'zod';
import {
  compiledSourceUnion,
  type DerivedEngine,
  type EngineName,
  isDerivedEngine,
} from '../engines/registry.ts';
import { alertSeveritySchema, slackSchema } from './alerts.ts';
import { compiledAwsBackupSchema } from './aws-backup/compiled.ts';
import { compiledDeployment, placeSchema } from './deployment/compiled.ts';
import { stageSchema } from './recovery.ts';
import { compiledStoreSchema } from './store.ts';
import { dumpSchema } from './values/dump.ts';
import { retentionClassNameSchema, STORAGES, tierSchema } from './values/retention.ts';
import { kindSchema } from './values/rows.ts';
import { scheduleSchema } from './values/schedule.ts';
import { sourceBytesSchema } from './values/size.ts';

/** Seconds. */
const secondsSchema = z.number().min(0);

const bothSidesSchema = z.strictObject({ primary: z.string(), replica: z.string() });

const classSchema = z.strictObject({
  name: retentionClassNameSchema,
  days: z.number().nullable(),
  storage: z.enum(STORAGES),
});

const protectionSchema = z.strictObject({
  kind: kindSchema,
  /** Scheduled kinds; null for the continuous one. */
  schedule: scheduleSchema.nullable(),
  /** Continuous kinds: seconds between two stores of the unfinished tail, or that a live copy may be behind. */
  flushSeconds: secondsSchema.nullable(),
  /** A job is ended after this; 0 for continuous kinds. */
  deadlineSeconds: secondsSchema,
  /** From short to long. One entry, without a tier, for continuous kinds. */
  tiers: z
    .array(z.strictObject({ tier: tierSchema.nullable(), class: retentionClassNameSchema }))
    .min(1),
  /** The longest time between two starts or two stores, daylight saving and month ends included. */
  longestGapSeconds: secondsSchema,
  /** Older than this, the newest backup of this kind is missing: the longest gap between starts plus the deadline. */
  overdueSeconds: secondsSchema,
  /** False where a finding says that no job is derived for this row, with the reason. */
  derived: z.boolean(),
  /** The kind of the row that keeps this one's promise where no job does. */
  metBy: kindSchema.nullable(),
  /** The program that takes these backups, by its own objects and into its own bucket; absent where Tidemark does. */
  takenBy: z.literal('velero').optional(),
  /** Logical kinds: what is dumped. */
  dump: dumpSchema.optional(),
});

const proofSchema = z.strictObject({
  /** Loss in seconds that the schedules allow in the worst case. */
  worstLossSeconds: secondsSchema,
  /** The same while any one scheduled run fails; null = there may be nothing to restore then. */
  lossAfterFailureSeconds: secondsSchema.nullable(),
  /** Point-in-time recovery reaches at least this many seconds back, at any moment; 0 = recovery points only; null = for ever. */
  windowSeconds: secondsSchema.nullable(),
  /** The kind that the loss is computed from. */
  by: kindSchema,
  /** How fine recovery points lie at which age: one at most every `everySeconds`, back to `forSeconds`. */
  reach: z.array(
    z.strictObject({
      kind: kindSchema,
      /** Backups that this tier or a longer one takes; null = all of the kind. */
      tier: tierSchema.nullable(),
      /** 0 = every moment. */
      everySeconds: secondsSchema,
      /** Null = for ever. */
      forSeconds: secondsSchema.nullable(),
    }),
  ),
});

export const compiledSourceSchema = compiledSourceUnion({
  name: z.string(),
  objectives: z.strictObject({ rpoSeconds: secondsSchema, rtoSeconds: secondsSchema }),
  protections: z.array(protectionSchema),
  verify: z.strictObject({
    exists: scheduleSchema.nullable(),
    size: scheduleSchema.nullable(),
    checksums: scheduleSchema.nullable(),
    restore: scheduleSchema.nullable(),
    fullRestore: scheduleSchema.nullable(),
  }),
  proof: proofSchema,
  /** Stored bytes as the plan states them, for the computed costs; absent where it states none. */
  size: sourceBytesSchema.optional(),
});

const alertsSchema = z.strictObject({
  email: z.array(z.string()),
  /** Absent where the plan names no channel. */
  slack: slackSchema.optional(),
  /** Absent where the plan names no endpoint. */
  https: z.array(z.string()).optional(),
  failed: z.strictObject({ severity: alertSeveritySchema, forSeconds: secondsSchema }),
  missing: z.strictObject({
    severity: alertSeveritySchema,
    /** What the plan wants at the latest; the schedule may allow less. */
    afterSeconds: secondsSchema.nullable(),
  }),
  /** Share of the average, from 0 to 1. */
  tooSmall: z.strictObject({ severity: alertSeveritySchema, below: z.number() }),
  verificationFailed: z.strictObject({ severity: alertSeveritySchema }),
});

const recoverySchema = z.strictObject({
  severities: z.array(
    z.strictObject({
      level: z.string(),
      scenario: z.string(),
      rtoSeconds: secondsSchema,
      /** Step by step; one step where the plan says it in a sentence. */
      procedure: z.array(z.string()).min(1),
    }),
  ),
  phases: z.array(
    z.strictObject({
      name: z.string(),
      /** Null = what the other phases leave of the objective. */
      withinSeconds: secondsSchema.nullable(),
      restores: z.array(z.string()),
      steps: z.array(z.string()),
      /** Absent where the phase is no part of rebuilding a cluster. */
      stages: z.array(stageSchema).optional(),
    }),
  ),
  /** Namespaces. */
  operators: z.array(z.string()).optional(),
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
  /** Empty where the backups are not in AWS. */
  account: z.string(),
  /** Of the replica region; absent where it is `account`: ask `accountOf`. */
  replicaAccount: z.string().optional(),
  regions: z.strictObject({ primary: z.string(), replica: z.string() }),
  /** Of the backups, and beside them of what verifications and drills found, and of Velero. */
  buckets: bothSidesSchema.extend({ evidence: bothSidesSchema, velero: bothSidesSchema }),
  /** Absent where AWS keeps the backups: ask `storeUrlOf` and `usesAws`. */
  store: compiledStoreSchema.optional(),
  weekStartsOn: z.enum(['sunday', 'monday']),
  objectives: z.strictObject({ rpoSeconds: secondsSchema, rtoSeconds: secondsSchema }),
  lock: z.enum(['governance', 'compliance']).nullable(),
  /** Every retention class in use, sorted by name: one set of lifecycle rules each. */
  classes: z.array(classSchema),
  /** Classes that nothing is written under any more, whose rules stay until what they hold has expired. */
  retired: z.array(classSchema),
  kubernetes: z.strictObject({
    namespace: z.string(),
    cluster: placeSchema.cluster,
    replicaCluster: placeSchema.replicaCluster,
    image: z.string(),
    issuers: placeSchema.issuers,
    ...compiledDeployment,
  }),
  /** People who may read everything in an emergency; absent where there are none. */
  breakGlass: z
    .strictObject({
      /** Users and roles of the account of each side, such as `user/anna`. */
      principals: z.array(z.string()).min(1),
      /** Whether they may remove what is locked; only ever in governance mode. */
      bypassGovernance: z.boolean(),
    })
    .optional(),
  alerts: alertsSchema,
  recovery: recoverySchema,
  /** Days that our own log groups and access logs are kept; null = for ever. */
  logDays: z.number().nullable(),
  sources: z.array(compiledSourceSchema),
  /** Absent where the environment asks nothing of AWS Backup. */
  awsBackup: compiledAwsBackupSchema.optional(),
  /** Absent where the plan asks for nothing of Prometheus. */
  monitoring: z
    .strictObject({
      /** Where Prometheus runs. */
      namespace: z.string(),
      /** Between two looks at the store. */
      refreshSeconds: secondsSchema,
      /** Objects of the Prometheus Operator are written. */
      operator: z.boolean(),
      /** By which the operator's Prometheus selects them. */
      labels: z.record(z.string(), z.string()),
      dashboard: z.boolean(),
      /** More than this held back by a replication slot is told of. */
      slotBytes: z.int().min(0),
    })
    .optional(),
});

export type CompiledPlan = z.infer<typeof compiledPlanSchema>;
export type CompiledSource = CompiledPlan['sources'][number];
export type Protection = CompiledSource['protections'][number];

/** Whether a job of Tidemark's takes the backups of a row, and no other program does. */
export const isTaken = ({ derived, takenBy }: Pick<Protection, 'derived' | 'takenBy'>): boolean =>
  derived && takenBy === undefined;

/** A source of one engine. */
export type SourceOf<E extends EngineName> = Extract<CompiledSource, { engine: E }>;

/** A source that this release takes backups of. */
export type DerivedSource = SourceOf<DerivedEngine>;

export const derivedSources = ({ sources }: CompiledPlan): DerivedSource[] =>
  sources.filter((source): source is DerivedSource => isDerivedEngine(source.engine));
