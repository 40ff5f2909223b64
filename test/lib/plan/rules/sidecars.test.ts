import { aof, redis, snapshot } from '../../../../lib/plan/language.ts';
import { plan } from '../example.ts';
import { testRules } from './cases.ts';

const cache = (service: string, shipped = true) =>
  plan({
    sources: {
      cache: redis({
        server: { service },
        appendonly: { volume: 'data' },
        protect: [
          snapshot({ every: '1h', keep: '7d' }),
          ...(shipped ? [aof({ flush: '10s', keep: '7d' })] : []),
        ],
      }),
    },
  });

testRules([
  {
    code: 'TM640',
    severity: 'error',
    path: 'sources.cache.server.service',
    says: /in the namespace caches; .* are in shop/,
    fires: cache('redis.caches'),
    silent: cache('redis.shop'),
  },
  {
    code: 'TM640',
    severity: 'error',
    path: 'sources.cache.server.service',
    says: /no service of the cluster/,
    fires: cache('redis.example.com'),
    silent: cache('redis.example.com', false),
  },
]);
