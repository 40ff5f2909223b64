import type { RunContext } from '../run.ts';

/** A run for a PostgreSQL source. */
export type PostgresqlRun = RunContext<'postgresql'>;
