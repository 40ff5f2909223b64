import { z } from 'zod';
import { durationSchema } from './duration.ts';

export const objectivesSchema = z.strictObject({
  /** Recovery point objective: the greatest loss of data that is accepted. */
  rpo: durationSchema,
  /** Recovery time objective: the longest time until the data is back. */
  rto: durationSchema,
});
