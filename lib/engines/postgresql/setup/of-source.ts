import type { z } from 'zod';
import type { SourceOf } from '../../../plan/compiled.ts';
import { postgresqlSetupSchema } from '../plan-setup.ts';

/** How the server of a source is told, with every default. */
export const setupOf = ({
  settings,
}: Pick<SourceOf<'postgresql'>, 'settings'>): z.output<typeof postgresqlSetupSchema> =>
  postgresqlSetupSchema.parse(settings.setup ?? {});
