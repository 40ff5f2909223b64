import { z } from 'zod';
import { cadenceSchema } from './cadence.ts';

/** How often each proof of a source's backups is wanted. */
export const verifySchema = z.strictObject({
  /** Look whether the newest backup of each kind is there. */
  exists: cadenceSchema.optional(),
  /** Compare the newest backup's size with the average. */
  size: cadenceSchema.optional(),
  /** Re-read every stored byte and compare digests. */
  checksums: cadenceSchema.optional(),
  /** Restore into a scratch target and look at the data. */
  restore: cadenceSchema.optional(),
  /** Restore everything, as after a total loss. */
  fullRestore: cadenceSchema.optional(),
});
