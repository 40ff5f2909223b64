import type { RedisAddress } from '../../lib/engines/redis/address.ts';
import type { RedisRun } from '../../lib/engines/redis/run.ts';
import { compile } from '../../lib/plan/compile.ts';
import type { CompiledSource } from '../../lib/plan/compiled.ts';
import { aof, redis, snapshot } from '../../lib/plan/language.ts';
import { definePlan } from '../../lib/plan/schema.ts';
import type { ObjectStore } from '../../lib/stores/store.ts';
import type { RedisServer } from './redis-server.ts';

export const REDIS_SOURCE = 'cache';

/** A run for the Redis source of a small plan. */
export function redisRun(
  store: ObjectStore,
  overrides: Partial<Pick<RedisRun, 'signal' | 'now' | 'report'>> = {},
): RedisRun {
  const plan = definePlan({
    name: 'shop',
    regions: { primary: 'eu-central-1', replica: 'eu-west-1' },
    objectives: { rpo: '1h', rto: '1h' },
    kubernetes: { namespace: 'shop', cluster: 'shop', image: 'ghcr.io/example/agent' },
    alerts: { email: ['oncall@example.com'] },
    environments: { development: { account: '111111111111' } },
    sources: {
      [REDIS_SOURCE]: redis({
        server: { service: 'redis.shop', credentials: 'shop-redis' },
        appendonly: { volume: 'redis-data' },
        protect: [
          snapshot({ every: '1h', within: '10m', keep: { hourly: '7d', daily: '14d' } }),
          aof({ flush: '1s', keep: '7d' }),
        ],
        restore: { volumeClaim: 'redis-restored' },
      }),
    },
  });
  const { compiled, findings } = compile(plan, 'development');
  const source = compiled?.sources.find(isRedis);
  if (!compiled || !source) throw new Error(`the plan is wrong: ${JSON.stringify(findings)}`);
  return {
    store,
    compiled,
    source,
    signal: new AbortController().signal,
    now: () => new Date(),
    report: () => {},
    ...overrides,
  };
}

const isRedis = (source: CompiledSource): source is RedisRun['source'] => source.engine === 'redis';

/** The rights that docs/redis.md asks for, and no more. */
export const SNAPSHOT_USER =
  'tidemark on >of-the-agent resetkeys resetchannels -@all +psync +replconf +ping +info';

/** How the agent reaches a server: as the user above where it is asked for. */
export function redisAddress(
  { address: { host, port, password, ca } }: Pick<RedisServer, 'address'>,
  as?: 'tidemark',
): RedisAddress {
  return {
    host,
    port,
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? { tls: 'disable' } : { tls: 'verify-full', ca }),
    ...(as === undefined ? {} : { user: as, password: 'of-the-agent' }),
  };
}
