import type { RunContext } from '../run.ts';

/** A run for a Redis source. */
export type RedisRun = RunContext<'redis'>;
