import { aof, incremental, redis, snapshot } from '../../../../lib/plan/language.ts';
import { daily, plan, protect, server, source, streamed } from '../example.ts';
import { testRules } from './cases.ts';

const cache = redis({
  server: { service: 'redis.shop', credentials: 'shop-redis' },
  protect: [
    snapshot({ every: '1h', within: '10m', keep: '30d' }),
    aof({ flush: '60s', keep: '2d' }),
  ],
  verify: { checksums: 'daily', restore: 'monthly' },
  appendonly: { volume: 'data' },
});

testRules([
  {
    code: 'TM507',
    severity: 'warning',
    path: 'sources.cache',
    says: /no job is derived for cache by this release: its snapshot, aof rows of redis/,
    fires: plan({ sources: { database: source(), cache } }),
    silent: plan(),
  },
  {
    code: 'TM203',
    severity: 'warning',
    path: 'sources.database.protect.2',
    says: /PostgreSQL 16 has no incremental base backups \(17 and later have\); its promise is kept by WAL/,
    fires: plan({
      sources: {
        database: source({
          server: { ...server, version: '16' },
          protect: [streamed, daily, incremental({ every: '15m', keep: '24h' })],
        }),
      },
    }),
    silent: protect(streamed, daily, incremental({ every: '15m', keep: '24h' })),
  },
  {
    code: 'TM203',
    severity: 'error',
    path: 'sources.database.protect.1',
    says: /PostgreSQL 16 has no incremental base backups/,
    fires: plan({
      objectives: { rpo: '2d', rto: '1h' },
      sources: {
        database: source({
          server: { ...server, version: '16' },
          protect: [daily, incremental({ every: '15m', keep: '24h' })],
        }),
      },
    }),
    silent: protect(daily),
  },
]);
