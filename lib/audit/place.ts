import { z } from 'zod';

/** Where a statement is written in what was synthesised, so that a reviewer can look at it. */
export const placeSchema = z.strictObject({
  /** Relative to the folder of the environment: `aws/shop-production-eu-west-1.template.json`. */
  file: z.string(),
  /** Counted from 1. */
  line: z.int().min(1),
  /** The resource: a logical id of CloudFormation, or kind and name of a manifest. */
  resource: z.string(),
});
