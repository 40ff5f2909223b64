import { clickhouse, full, kubernetes, weaviate } from '../../../../lib/plan/language.ts';
import { plan } from '../example.ts';
import { testRules } from './cases.ts';

const protect = [full({ at: '03:00', keep: '30d' })];

const events = (service: string, credentials?: string) =>
  plan({
    sources: {
      events: clickhouse({
        server: { service, serviceAccount: 'clickhouse' },
        backup: { method: 'native', ...(credentials && { credentials }) },
        protect,
      }),
    },
  });

const search = (backend: 's3' | 'gcs') =>
  plan({
    sources: {
      search: weaviate({
        server: { service: 'weaviate.shop', serviceAccount: 'weaviate' },
        backend,
        protect,
      }),
    },
  });

const clusters = (namespace: string) =>
  plan({
    sources: {
      one: kubernetes({ namespaces: ['one'], protect }),
      two: kubernetes({ namespaces: ['two'], velero: { namespace }, protect }),
    },
  });

testRules([
  {
    code: 'TM830',
    severity: 'error',
    path: 'sources.events.server.serviceAccount',
    says: /clickhouse.example.com is no service of the cluster/,
    fires: events('clickhouse.example.com'),
    silent: events('clickhouse.shop.svc.cluster.local'),
  },
  {
    code: 'TM831',
    severity: 'warning',
    path: 'sources.events.server.serviceAccount',
    says: /is not written by the server in the role of its pods/,
    fires: events('clickhouse.shop', 's3-keys'),
    silent: events('clickhouse.shop'),
  },
  {
    code: 'TM831',
    severity: 'warning',
    path: 'sources.search.server.serviceAccount',
    says: /so weaviate gets none/,
    fires: search('gcs'),
    silent: search('s3'),
  },
  {
    code: 'TM832',
    severity: 'error',
    path: 'sources.two.velero',
    says: /as velero\/velero and two as backups\/velero, but the bucket is for one/,
    fires: clusters('backups'),
    silent: clusters('velero'),
  },
]);
