import { z } from 'zod';
import { type SourceOverride, sourceSchema } from '../engines/registry.ts';
import { accessSchema, identitySchema } from './access.ts';
import { alertsSchema } from './alerts.ts';
import { awsBackupSchema } from './aws-backup.ts';
import { clusterNameSchema, clusterSchema, DEPLOYMENT_KEYS } from './deployment/keys.ts';
import { isRecord } from './merge.ts';
import { monitoringSchema } from './monitoring.ts';
import { recoverySchema } from './recovery.ts';
import { storeSchema } from './store.ts';
import { imageRepositorySchema } from './values/image.ts';
import { nameSchema } from './values/names.ts';
import { objectivesSchema } from './values/objectives.ts';
import { keepSchema, retentionClassNameSchema } from './values/retention.ts';
import { verifySchema } from './values/verify.ts';

const regionSchema = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not an AWS region; write one such as 'eu-central-1'`,
});
const regionsSchema = z.strictObject({ primary: regionSchema, replica: regionSchema });
const NO_REGIONS = { primary: '', replica: '' };
const accountSchema = z.string().regex(/^\d{12}$/, {
  error: (issue) =>
    `${JSON.stringify(issue.input)} is not an AWS account; write its 12 digits in quotes`,
});

const kubernetesSchema = z.strictObject({
  namespace: nameSchema,
  /** Name of the EKS cluster whose pods may assume the roles (EKS Pod Identity). */
  cluster: z.string().min(1),
  /** The same in the replica region, for failover; default: the name of `cluster`. */
  replicaCluster: z.string().min(1).optional(),
  /** How pods prove who they are; default: EKS Pod Identity. */
  identity: identitySchema.optional(),
  /** Repository of the agent's image; the tag is the PostgreSQL major that it holds. */
  image: imageRepositorySchema,
  ...DEPLOYMENT_KEYS,
  /** Clusters beside `cluster` in which sources of the environment are, by a name for each. */
  clusters: z.record(clusterNameSchema, clusterSchema).optional(),
});

/**
 * An environment may replace parts of a source: `protect` and `objectives` as a whole, the others key by key. Checked
 * where it is merged, against the schema of the source's engine.
 */
const sourceOverrideSchema = z.custom<SourceOverride>(isRecord, {
  error: () => 'not an object; write { … } with the parts that the environment changes',
});

const environmentSchema = z.strictObject({
  /** Where AWS keeps the backups; needed unless `store` names where else they are. */
  account: accountSchema.default(''),
  /** Holds the second copy and whatever is in the replica region; default: `account`. */
  replicaAccount: accountSchema.optional(),
  regions: regionsSchema.optional(),
  objectives: objectivesSchema.optional(),
  /** Retention where a source names none. The four well-known environments have defaults. */
  retention: z
    .strictObject({ database: keepSchema, objects: keepSchema, logs: keepSchema })
    .partial()
    .optional(),
  /** S3 Object Lock on the backups: `compliance` cannot be lifted by anyone, not even the account's root. */
  lock: z.enum(['governance', 'compliance']).optional(),
  kubernetes: kubernetesSchema.partial().optional(),
  alerts: alertsSchema.optional(),
  /** Replaces the plan's as a whole. */
  access: accessSchema.optional(),
  /** Replaces the plan's as a whole. */
  awsBackup: awsBackupSchema.optional(),
  /** Replaces the plan's as a whole. */
  monitoring: monitoringSchema.optional(),
  /** Where backups are kept if not in buckets of AWS that the stacks make. */
  store: storeSchema.optional(),
  sources: z.record(nameSchema, sourceOverrideSchema).optional(),
});

const exemptionSchema = z.strictObject({
  /** Code of the finding, such as `TM201`. */
  code: z.string().regex(/^TM\d{3}$/, {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not the code of a finding; write one such as 'TM203'`,
  }),
  /** Path of the finding or a beginning of it, such as `sources.database`. */
  path: z.string(),
  /** Why it is accepted; printed by every report. */
  reason: z.string().min(20, {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not a reason; write a sentence of 20 characters or more, because reviewers read it`,
  }),
});

/** One product's backup policy. */
export const planSchema = z.strictObject({
  name: nameSchema,
  /** One line about the product, for reports. */
  title: z
    .string()
    .regex(/^\P{Cc}*$/u, {
      error: () =>
        'the title has a line break or another control character; write one line of text',
    })
    .optional(),
  /** Needed unless every environment has a `store` of its own. */
  regions: regionsSchema.default(NO_REGIONS),
  objectives: objectivesSchema,
  kubernetes: kubernetesSchema,
  /** First day of a week for the weekly tier. */
  weekStartsOn: z.enum(['sunday', 'monday']).default('sunday'),
  alerts: alertsSchema.prefault({}),
  /** Which people may reach backups beside the roles of the sources; default: none. */
  access: accessSchema.default({}),
  /** How often the backups of every source are proven; a source says otherwise key by key. */
  verify: verifySchema.default({}),
  /** What lives in AWS itself: databases, file systems, volumes, tables and buckets that AWS Backup protects. */
  awsBackup: awsBackupSchema.optional(),
  /** What Prometheus and Grafana are given in the cluster; default: nothing. */
  monitoring: monitoringSchema.optional(),
  /** How people recover: what happened, in which order, and how long each may take. */
  recovery: recoverySchema.default({ severities: [], phases: [] }),
  environments: z.record(nameSchema, environmentSchema).refine((e) => Object.keys(e).length > 0, {
    error: () =>
      "a plan needs at least one environment; add environments: { production: { account: '123456789012' } }",
  }),
  sources: z.record(nameSchema, sourceSchema).refine((s) => Object.keys(s).length > 0, {
    error: () => 'a plan needs at least one source; add sources: { database: postgresql({ … }) }',
  }),
  /** Retention classes that no row has any more but stored backups still have: their lifecycle rules stay. */
  retired: z.array(retentionClassNameSchema).default([]),
  exemptions: z.array(exemptionSchema).default([]),
});

export type PlanInput = z.input<typeof planSchema>;
export type Plan = z.output<typeof planSchema>;

/** Types a plan as it is written; checking happens in `compile`. */
export function definePlan(plan: PlanInput): PlanInput {
  return plan;
}
