import { z } from 'zod';
import { tierSchema } from '../../plan/values/retention.ts';

/** US dollars a month. */
const usdSchema = z.number().min(0);

/** One storage class of one promise in one region, as it is once as much expires as is written. */
const costRowSchema = z.strictObject({
  source: z.string(),
  kind: z.string(),
  tier: tierSchema.nullable(),
  class: z.string(),
  role: z.enum(['primary', 'replica']),
  region: z.string(),
  storageClass: z.string(),
  /** Backups that lie there on average; null for a continuous kind. */
  backups: z.number().min(0).nullable(),
  /** Bytes that are there on average. */
  bytes: z.number().min(0),
  /** Nothing expires: the figures are those after a year, and go on growing. */
  grows: z.boolean(),
  storage: usdSchema,
  requests: usdSchema,
  /** To the other region. */
  replication: usdSchema,
  verification: usdSchema,
});

/** A promise whose data moves to another class, beside what it would cost if all of it stayed in Standard. */
const movedSchema = z.strictObject({
  source: z.string(),
  tier: tierSchema.nullable(),
  class: z.string(),
  storageClass: z.string(),
  usd: usdSchema,
  inStandardUsd: usdSchema,
});

/** A storage class: what it asks for, and from how many days of life on it is cheaper than Standard. */
const storageClassSchema = z.strictObject({
  name: z.string(),
  gibMonthUsd: usdSchema,
  minimumDays: z.number(),
  /** False = it has to be retrieved before it is read. */
  immediate: z.boolean(),
  /** Null = never. */
  paysFromDays: z.number().nullable(),
});

/** What the environment costs, as far as it is known how much is stored. */
export const costsSchema = z.strictObject({
  prices: z.strictObject({ asOf: z.string(), region: z.string(), source: z.string() }),
  /** What the prices are multiplied by; null = the region is not in the table, and they are taken as they are. */
  regions: z.array(z.strictObject({ region: z.string(), ratio: z.number().nullable() })),
  /** How large each source is taken to be, and who says so. */
  sizes: z.array(
    z.strictObject({
      source: z.string(),
      fullBytes: z.number(),
      perDayBytes: z.number(),
      from: z.enum(['given', 'measured', 'plan']),
    }),
  ),
  /** Sources that are stored and whose size nobody says. */
  unknown: z.array(z.string()),
  rows: z.array(costRowSchema),
  /** Keys, alarms and dashboards: they cost the same however little is stored. */
  fixed: z.array(z.strictObject({ what: z.string(), count: z.number(), usd: usdSchema })),
  moved: z.array(movedSchema),
  storageClasses: z.array(storageClassSchema),
  /** Of rows and what is fixed. */
  totalUsd: usdSchema,
});

export type Costs = z.infer<typeof costsSchema>;
export type CostRow = Costs['rows'][number];
