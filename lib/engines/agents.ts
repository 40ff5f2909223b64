import type { EngineAgent } from './agent.ts';
import { postgresqlAgent } from './postgresql/agent.ts';
import type { RestoreResult as PostgresqlRestored } from './postgresql/restore/restore.ts';
import type { DerivedEngine } from './registry.ts';
import type { RunContext } from './run.ts';

/** What a restore did, by engine. */
export type Restored = PostgresqlRestored;

const AGENTS: Readonly<Record<DerivedEngine, EngineAgent<DerivedEngine, Restored>>> = {
  postgresql: postgresqlAgent,
};

/** What does the work of the run's engine. */
export const agentOf = ({ source }: RunContext): EngineAgent<DerivedEngine, Restored> =>
  AGENTS[source.engine];
