import { z } from 'zod';
import { durationSchema } from './values/duration.ts';
import { nameSchema } from './values/names.ts';

const textSchema = z.string().min(1);

/** How people recover: what runbooks and drills are made from. */
export const recoverySchema = z.strictObject({
  /** What may have happened, and how fast the service must be back then. */
  severities: z
    .array(
      z.strictObject({
        /** Such as `SEV1`. */
        level: textSchema,
        scenario: textSchema,
        /** Default: the environment's objective. */
        rto: durationSchema.optional(),
        /** What is done, in one sentence or step by step. */
        procedure: z.union([textSchema.transform((step) => [step]), z.array(textSchema).min(1)]),
      }),
    )
    .default([]),
  /** The order after a total loss. */
  phases: z
    .array(
      z.strictObject({
        name: textSchema,
        /** Budget of time; default: none of its own, what the others leave of the objective. */
        within: durationSchema.optional(),
        /** Sources that are restored in this phase. */
        restores: z.array(nameSchema).default([]),
        steps: z.array(textSchema).default([]),
      }),
    )
    .default([]),
});
