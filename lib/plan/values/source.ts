import { objectivesSchema } from './objectives.ts';
import { sourceSizeSchema } from './size.ts';
import { verifySchema } from './verify.ts';

/** What every source has beside its engine's own settings and its rows. */
export const SOURCE_PARTS = {
  verify: verifySchema.default({}),
  /** Recovery objectives of this source; default: the plan's. */
  objectives: objectivesSchema.optional(),
  /** How much is stored, for the computed costs; default: unknown. */
  size: sourceSizeSchema.optional(),
};

/** What of a source is not its engine's settings. */
export const NO_SETTINGS = {
  engine: true,
  protect: true,
  verify: true,
  objectives: true,
  size: true,
} as const;
