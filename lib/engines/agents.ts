import type { EngineAgent } from './agent.ts';
import { postgresqlAgent } from './postgresql/agent.ts';
import type { RestoreResult as PostgresqlRestored } from './postgresql/restore/restore.ts';
import { redisAgent } from './redis/agent.ts';
import type { RestoreResult as RedisRestored } from './redis/restore/restore.ts';
import type { DerivedEngine } from './registry.ts';
import type { RunContext } from './run.ts';

/** What a restore did, by engine. */
export type Restored = PostgresqlRestored | RedisRestored;

const AGENTS: { readonly [E in DerivedEngine]: EngineAgent<E, Restored> } = {
  postgresql: postgresqlAgent,
  redis: redisAgent,
};

/** What does the work of the run's engine. */
export const agentOf = ({ source }: RunContext): EngineAgent<DerivedEngine, Restored> =>
  // The agent of a run's engine takes that run; the compiler cannot tell that both are of the same one.
  AGENTS[source.engine] as EngineAgent<DerivedEngine, Restored>;
