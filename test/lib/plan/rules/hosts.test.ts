import {
  aof,
  full,
  mongodb,
  objects,
  oplog,
  redis,
  snapshot,
} from '../../../../lib/plan/language.ts';
import { plan } from '../example.ts';
import { testRules } from './cases.ts';

const cache = (service: string) =>
  redis({
    server: { service },
    protect: [snapshot({ every: '1h', keep: '30d' }), aof({ flush: '60s', keep: '2d' })],
    appendonly: { volume: 'data' },
  });

const documents = (service: string, ...more: string[]) =>
  mongodb({
    server: { service, replicaSet: 'rs0', members: more },
    protect: [full({ at: '03:00', keep: '30d' }), oplog({ flush: '60s', keep: '7d' })],
  });

const uploads = (endpoint: string) =>
  objects({
    origin: { kind: 'minio', bucket: 'uploads', endpoint, credentials: 'minio' },
    protect: [full({ at: '03:00', keep: '90d' })],
  });

testRules([
  {
    code: 'TM601',
    severity: 'error',
    path: 'sources.cache.server.service',
    says: /refuse the replication stream/,
    fires: plan({ sources: { cache: cache('shop.abc.0001.euc1.cache.amazonaws.com') } }),
    silent: plan({ sources: { cache: cache('redis.shop') } }),
  },
  {
    code: 'TM601',
    severity: 'error',
    path: 'sources.documents.server.service',
    says: /managed server without an oplog/,
    fires: plan({
      sources: { documents: documents('shop.cluster-abc.eu-central-1.docdb.amazonaws.com') },
    }),
    silent: plan({ sources: { documents: documents('shop.abcde.mongodb.net') } }),
  },
  {
    code: 'TM602',
    severity: 'warning',
    path: 'sources.documents.server.members.0',
    says: /127.0.0.1 is the pod of the backup itself/,
    fires: plan({ sources: { documents: documents('mongodb.shop', '127.0.0.1') } }),
    silent: plan({ sources: { documents: documents('mongodb.shop', 'mongodb-1.shop') } }),
  },
  {
    code: 'TM602',
    severity: 'warning',
    path: 'sources.uploads.origin.endpoint',
    says: /localhost is the pod of the backup itself/,
    fires: plan({ sources: { uploads: uploads('https://localhost:9000') } }),
    silent: plan({ sources: { uploads: uploads('https://minio.shop:9000') } }),
  },
  {
    code: 'TM604',
    severity: 'warning',
    path: 'sources.third.server.service',
    says: /second and third are on the same server redis.shop:6379/,
    fires: plan({
      sources: {
        first: cache('other.shop'),
        second: cache('redis.shop'),
        third: cache('REDIS.shop'),
      },
    }),
    silent: plan({
      sources: { first: cache('other.shop'), second: cache('redis.shop'), third: cache('a.shop') },
    }),
  },
]);
