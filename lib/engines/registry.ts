import { z } from 'zod';
import { type PostgresqlOverride, postgresqlSourceSchema } from './postgresql/plan.ts';

/** Every engine's source schema. Adding an engine is one folder and one line here. */
export const sourceSchema = z.discriminatedUnion('engine', [postgresqlSourceSchema]);
export type SourceConfig = z.output<typeof sourceSchema>;
/** What an environment may say about a source. */
export type SourceOverride = PostgresqlOverride;

/** Each engine's words of the plan language. */
export {
  full,
  incremental,
  type PostgresqlSource,
  postgresql,
  wal,
} from './postgresql/plan.ts';
