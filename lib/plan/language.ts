/** What a plan outside of this repository imports as 'tidemark': the words of the plan language, and nothing else. */
export {
  full,
  incremental,
  type PostgresqlSource,
  postgresql,
  wal,
} from '../engines/registry.ts';
export { definePlan, type PlanInput } from './schema.ts';
