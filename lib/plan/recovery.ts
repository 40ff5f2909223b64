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
        rto: durationSchema,
        procedure: textSchema,
      }),
    )
    .default([]),
  /** The order after a total loss; each phase has a budget of time. */
  phases: z
    .array(
      z.strictObject({
        name: textSchema,
        within: durationSchema,
        /** Sources that are restored in this phase. */
        restores: z.array(nameSchema).default([]),
        steps: z.array(textSchema).default([]),
      }),
    )
    .default([]),
});
