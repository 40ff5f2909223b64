import type { PostgresqlSource, RedisSource } from '../../../../lib/engines/registry.ts';
import { full, postgresql, redis, snapshot, wal } from '../../../../lib/plan/language.ts';
import { plan } from '../example.ts';
import { testRules } from './cases.ts';

const database = (changes: Partial<PostgresqlSource>, service = 'postgres.shop') =>
  plan({
    sources: {
      database: postgresql({
        server: { service, database: 'shop', credentials: 'shop-db', version: '18' },
        protect: [wal({ flush: '60s', keep: '30d' }), full({ at: '03:00', keep: '30d' })],
        ...changes,
      }),
    },
  });

const cache = (setup: RedisSource['setup'], service: string) =>
  plan({
    sources: {
      cache: redis({
        server: { service },
        protect: [snapshot({ every: '1h', keep: '7d' })],
        ...(setup && { setup }),
      }),
    },
  });

const slotKeep = (kept: '1GiB' | '4GiB', perDay: '12GiB' | '1GiB' = '1GiB') =>
  database({ setup: { slotKeep: kept }, size: { full: '100GiB', perDay } });

testRules([
  {
    code: 'TM670',
    severity: 'warning',
    path: 'sources.database.setup.slotKeep',
    says: /about 2 hours of the log.*/,
    fires: slotKeep('4GiB', '12GiB'),
    silent: slotKeep('4GiB'),
  },
  {
    code: 'TM670',
    severity: 'warning',
    path: 'sources.database.setup.slotKeep',
    says: /less than an hour/,
    fires: slotKeep('1GiB', '12GiB'),
    silent: database({ setup: { slotKeep: '1GiB' } }),
  },
  {
    code: 'TM671',
    severity: 'error',
    path: 'sources.database.setup.deployedBy',
    says: /db\.example\.com is no service of the cluster/,
    fires: database({ setup: { deployedBy: 'bitnami' } }, 'db.example.com'),
    silent: database({ setup: { deployedBy: 'bitnami' } }),
  },
  {
    code: 'TM671',
    severity: 'error',
    path: 'sources.cache.setup.deployedBy',
    says: /redis\.example\.com is no service of the cluster/,
    fires: cache({ deployedBy: 'bitnami' }, 'redis.example.com'),
    silent: cache({ deployedBy: 'bitnami' }, 'redis.shop'),
  },
  {
    code: 'TM672',
    severity: 'error',
    path: 'sources.database.setup.args',
    says: /zalando says by itself/,
    fires: database({ setup: { deployedBy: 'zalando', args: [] } }),
    silent: database({ setup: { args: [] } }),
  },
  {
    code: 'TM673',
    severity: 'error',
    path: 'sources.database.archiving',
    says: /cloudnative-pg.* sets archive_command by itself/,
    fires: database({ setup: { deployedBy: 'cloudnative-pg' }, archiving: {} }),
    silent: database({ setup: { deployedBy: 'bitnami' }, archiving: {} }),
  },
  {
    code: 'TM674',
    severity: 'error',
    path: 'sources.database.setup.superuser',
    says: /shop-db is also that of the backups/,
    fires: database({ setup: { superuser: 'shop-db' } }),
    silent: database({ setup: { superuser: 'postgres' } }),
  },
]);
