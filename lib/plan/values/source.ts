import { objectivesSchema } from './objectives.ts';
import { verifySchema } from './verify.ts';

/** What every source has beside its engine's own settings and its rows. */
export const SOURCE_PARTS = {
  verify: verifySchema.default({}),
  /** Recovery objectives of this source; default: the plan's. */
  objectives: objectivesSchema.optional(),
};

/** What of a source is not its engine's settings. */
export const NO_SETTINGS = { engine: true, protect: true, verify: true, objectives: true } as const;
