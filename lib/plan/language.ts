/** What a plan outside of this repository imports as 'tidemark': the words of the plan language, and nothing else. */
export { type PostgresqlSource, postgresql, type RedisSource, redis } from '../engines/registry.ts';
export { continuous } from './aws-backup.ts';
export { definePlan, type PlanInput } from './schema.ts';
export {
  aof,
  full,
  incremental,
  logical,
  onChange,
  oplog,
  replication,
  snapshot,
  wal,
} from './values/rows.ts';
