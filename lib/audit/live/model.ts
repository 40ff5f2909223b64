import { z } from 'zod';
import { placeSchema } from '../place.ts';

const resourceSchema = {
  /** Where the template has it; line 1 where no line of it is about this. */
  place: placeSchema,
  stack: z.string(),
  region: z.string(),
  /** `AWS::S3::Bucket`; `AWS::CloudFormation::Stack` for a stack itself. */
  type: z.string(),
  /** As AWS calls it; the logical id where it has no other name. */
  name: z.string(),
};

const driftSchema = z.strictObject({
  ...resourceSchema,
  /**
   * `changed`: a property has another value. `missing`: the resource is not there. `extra`: the stack has a resource
   * that the templates do not have.
   */
  kind: z.enum(['changed', 'missing', 'extra']),
  /** `LifecycleConfiguration.Rules[data-30d].ExpirationInDays`; empty for a whole resource. */
  property: z.string(),
  /** As the template has it, JSON unless it is text; null = nothing. */
  expected: z.string().nullable(),
  found: z.string().nullable(),
  /**
   * Whether CloudFormation deployed what the template says, so that somebody changed it afterwards; null = the deployed
   * template could not be read.
   */
  byHand: z.boolean().nullable(),
});

const unseenSchema = z.strictObject({
  ...resourceSchema,
  properties: z.array(z.string()),
  reason: z.string(),
});

const liveStackSchema = z.strictObject({
  name: z.string(),
  region: z.string(),
  account: z.string(),
  /** As CloudFormation calls it; null = it is not deployed. */
  status: z.string().nullable(),
  /** Resources of the template. */
  resources: z.int(),
  /** Of these, how many are wholly as the template says. */
  same: z.int(),
});

/** What is deployed, beside what was synthesised. */
export const liveSchema = z.strictObject({
  /** ISO 8601. */
  at: z.string(),
  /** Whether it is deployed with replication both ways, and compared with templates for that. */
  failback: z.boolean(),
  stacks: z.array(liveStackSchema),
  drifts: z.array(driftSchema),
  /** What could not be looked at: it may be as derived or not. */
  unseen: z.array(unseenSchema),
  /** Types of resources that this release does not look at, with how many there are. */
  notLookedAt: z.array(z.strictObject({ type: z.string(), count: z.int() })),
});

export type Live = z.infer<typeof liveSchema>;
export type Drift = Live['drifts'][number];
export type LiveUnseen = Live['unseen'][number];
